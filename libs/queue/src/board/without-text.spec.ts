import { expect, it } from 'vitest';
import { withoutText } from './without-text.js';

it('leaves the ids of a job and the code of its failure, and no name of a file, a folder or a person', () => {
  const jobs = [{
    id: 'ingest-1', name: 'document.ingest', failedReason: 'document.unreadable: "Kündigung Meier.pdf" is damaged', stacktrace: ['Error: Kündigung Meier.pdf'], attempts: 3,
    data: { tenant: 'firm', runId: 'r1', corpusId: 'c1', path: 'hr/Kündigung Meier.pdf', directory: '/documents/hr', person: 'meier', evidence: { lexical: 1, text: 'x' } },
  }, { id: 'garbage', data: 'not what a job should be', failedReason: 'Kündigung' }];
  expect(withoutText({ queues: [{ jobs }] })).toEqual({
    queues: [{ jobs: [
      { id: 'ingest-1', name: 'document.ingest', failedReason: 'document.unreadable', stacktrace: [], attempts: 3, data: { tenant: 'firm', runId: 'r1', corpusId: 'c1' } },
      { id: 'garbage', data: {}, failedReason: 'unknown' },
    ] }],
  });
});
