import { describe, expect, it } from 'vitest';
import type { WorkerTx } from '../../database.js';
import * as corpora from '../../repositories/corpora.js';
import * as evaluations from '../../repositories/evaluations.js';
import * as imports from '../../repositories/imports.js';
import * as instances from '../../repositories/instances.js';
import * as outbox from '../../repositories/outbox.js';
import { startPresence } from '../../presence.js';
import { freshTenant, makeCorpus, makeTenant, scopeOf } from '../factories.js';
import type { FreshDatabase } from '../fresh-database.js';

export function describeOperations(context: () => FreshDatabase): void {
  describe('operations', () => {
    it('counts a file of an import once, however often it is handled', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const run = await database.worker(tenant, async (tx) => {
        const corpus = await makeCorpus(tx);
        const id = await imports.startRun(tx, corpus.id, corpus.name);
        await imports.recordScan(tx, id, { files: 3, unchanged: 0, removed: 0, waiting: [{ path: 'a' }, { path: 'b' }], failures: [{ path: 'c', code: 'file.empty', message: 'is empty' }], notices: ['n'] });
        for (let again = 0; again < 2; again += 1) await imports.settleItem(tx, id, 'a', null);
        await imports.settleItem(tx, id, 'b', { code: 'pdf.broken', message: 'is broken' });
        await imports.setRunState(tx, id, 'finished');
        expect(await imports.readFailures(tx, id, 9)).toEqual([{ path: 'b', code: 'pdf.broken', message: 'is broken' }, { path: 'c', code: 'file.empty', message: 'is empty' }]);
        return imports.readRun(tx, id);
      });
      expect(run).toMatchObject({ files: 3, parsed: 1, failed: 2, waiting: 0, state: 'finished', notices: ['n'] });
    });

    it('tells which runs are open, which uploads wait, and which blobs nothing needs', async () => {
      const { database } = context();
      const { tenant, corpus } = await makeTenant(database, ['g']);
      await database.worker(tenant, async (tx) => {
        const [ended, folder, upload] = [await imports.startRun(tx, corpus.id, corpus.name), await imports.startRun(tx, corpus.id, corpus.name, { directory: '/docs' }), await imports.startRun(tx, corpus.id, corpus.name)];
        await imports.setRunState(tx, ended, 'finished');
        const waiting = [{ path: 'a', blobKey: 'upload-a', sizeBytes: 5_000_000_000 }, { path: 'b', blobKey: 'upload-b', sizeBytes: 1 }];
        await imports.recordScan(tx, upload, { files: 2, unchanged: 0, removed: 0, waiting, failures: [], notices: [] });
        await imports.settleItem(tx, upload, 'b', null);
        expect(await imports.openRuns(tx)).toMatchObject([{ id: folder, corpusId: corpus.id, state: 'scanning', directory: '/docs' }, { id: upload, state: 'parsing', directory: null }]);
        expect(await imports.waitingFiles(tx, upload)).toEqual(waiting.slice(0, 1));
        // `blob` is what the document of the tenant was read from.
        expect(await imports.unusedBlobs(tx, ['upload-a', 'upload-b', 'blob', 'lost'])).toEqual(['upload-b', 'lost']);
        expect(await imports.latestRuns(tx, 2)).toMatchObject([{ id: upload, parsed: 1, waiting: 1 }, { id: folder, parsed: 0, waiting: 0 }]);
      });
      const other = await makeTenant(database, ['g']);
      await database.worker(other.tenant, async (tx) => expect([await imports.openRuns(tx), await imports.unusedBlobs(tx, ['upload-a'])]).toEqual([[], ['upload-a']]));
    });

    it('finds the imports of which nothing has moved for a while, each for one of those who look, also after a clock was set back', async () => {
      const { database } = context();
      const { tenant, corpus } = await makeTenant(database, ['g']);
      const id = await database.worker(tenant, (tx) => imports.startRun(tx, corpus.id, corpus.name, { directory: '/docs' }));
      const take = () => database.worker(tenant, async (tx) => (await imports.takeQuietRuns(tx, 60_000)).map((run) => run.id));
      const move = (by: string) => database.worker(tenant, (tx) => tx.query(`UPDATE import_run SET moved_at = now() + $1::interval`, [by]));
      expect(await take()).toEqual([]);
      for (const by of ['-61 seconds', '1 hour']) {
        await move(by);
        expect((await Promise.all([take(), take()])).flat()).toEqual([id]);
        expect(await take()).toEqual([]);
      }
      await database.worker(tenant, (tx) => imports.setRunState(tx, id, 'finished'));
      // A job that comes again opens nothing.
      await database.worker(tenant, (tx) => imports.setRunState(tx, id, 'embedding', 'again'));
      await move('-61 seconds');
      expect(await take()).toEqual([]);
      expect(await database.worker(tenant, (tx) => imports.readRun(tx, id))).toMatchObject({ state: 'finished', notices: [] });
    });

    it('announces a change with the change, or not at all', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const announce = (fail: boolean) =>
        database.person(scopeOf(tenant, 'u'), async (tx) => {
          await outbox.announce(tx, 'conversation-1', 'question.asked', { messageId: fail ? 'lost' : 'kept', conversationId: 'c' });
          if (fail) throw new Error('undone');
        });
      await announce(true).catch(() => undefined);
      await announce(false);
      const waiting = () => database.worker(tenant, (tx) => outbox.waitingEvents(tx, 9));
      const [event, ...more] = await waiting();
      expect(more).toEqual([]);
      expect(event).toMatchObject({ tenant, type: 'question.asked', payload: { messageId: 'kept' } });
      await database.worker(tenant, (tx) => outbox.markPublished(tx, [event!.id]));
      expect(await waiting()).toEqual([]);
    });

    it('keeps the last evaluation of each corpus, of none that is not there, and tells no other tenant', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const worker = <T>(work: (tx: WorkerTx) => Promise<T>) => database.worker(tenant, work);
      await worker((tx) => corpora.createCorpus(tx, 'handbook', { ...corpora.WITHOUT_VECTORS, recipe: {} }));
      const figures = { corpus: 'handbook', questions: 90, reciprocalRank: 0.8, leaks: 0 };
      for (const recall of [0.9, 0.95]) expect(await worker((tx) => evaluations.recordEvaluation(tx, { ...figures, recall }))).toBe(true);
      expect(await worker((tx) => evaluations.recordEvaluation(tx, { ...figures, corpus: 'absent', recall: 1 }))).toBe(false);
      const last = await worker((tx) => evaluations.lastEvaluations(tx));
      expect(last).toEqual([{ ...figures, recall: 0.95, ageMs: expect.any(Number) as number }]);
      expect(last[0]!.ageMs).toBeLessThan(60_000);
      expect(await database.worker(freshTenant(), (tx) => evaluations.lastEvaluations(tx))).toEqual([]);
    });

    it('knows the processes that live, with what they can do, and forgets one that ended or was not heard of for long', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const live = () => database.worker(tenant, (tx) => instances.liveInstances(tx));
      const capability = { name: 'chat' as const, model: 'm', ready: true, state: 'ready', mend: null };
      const onError = (error: Error): void => expect.fail(error.message);
      const worker = await startPresence(database, { tenant, service: 'inference-worker', capabilities: () => [capability], onError });
      const other = await startPresence(database, { tenant, service: 'ingestion', capabilities: () => [], onError });
      expect(await live()).toMatchObject([{ service: 'inference-worker', capabilities: [capability] }, { service: 'ingestion', capabilities: [] }]);
      expect(await database.worker(freshTenant(), (tx) => instances.liveInstances(tx))).toEqual([]);
      await worker.close();
      expect(await live()).toMatchObject([{ service: 'ingestion' }]);
      await database.worker(tenant, (tx) => tx.query(`UPDATE instance SET seen_at = now() - interval '31 seconds' WHERE tenant = $1`, [tenant]));
      expect(await live()).toEqual([]);
      await other.close();
    });

    it('deletes what was published long ago, and nothing that waits', async () => {
      const { database } = context();
      const tenant = freshTenant();
      const worker = <T>(work: (tx: WorkerTx) => Promise<T>) => database.worker(tenant, work);
      for (const corpusId of ['published', 'waiting']) await worker((tx) => outbox.announce(tx, 'corpus-1', 'access.changed', { corpusId }));
      const [first] = await worker((tx) => outbox.waitingEvents(tx, 1));
      await worker((tx) => outbox.markPublished(tx, [first!.id]));
      const rows = async () => (await worker((tx) => tx.query('SELECT id FROM outbox WHERE tenant = $1', [tenant]))).length;
      await worker((tx) => outbox.removePublished(tx, 60_000));
      expect(await rows()).toBe(2);
      await worker((tx) => outbox.removePublished(tx, 0));
      expect(await rows()).toBe(1);
      expect(await worker((tx) => outbox.waitingEvents(tx, 9))).toMatchObject([{ payload: { corpusId: 'waiting' } }]);
    });
  });
}
