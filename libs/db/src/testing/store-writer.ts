import type { Scope } from '@kontor/contracts';
import { openEmbedded, type EmbeddedStore } from '../embedded/open-embedded.js';
import * as conversations from '../repositories/conversations.js';
import * as corpora from '../repositories/corpora.js';
import * as documents from '../repositories/documents.js';
import * as outbox from '../repositories/outbox.js';
import * as people from '../repositories/people.js';
import { denseText } from '../vector-text.js';
import { makeCorpus, sketchDocument } from './factories.js';
import type { WriterMessage, WriterMode } from './kill-store.js';

// The process that is killed: it writes as imports and answers do, and tells its parent each time a transaction has
// been committed. What it has not told yet may be there or not; what it has told must be.

const TENANT = 'kill';
const READER: Scope = { tenant: TENANT, person: 'ada', principals: ['person:ada', 'g'] };
const CHUNKS = 6;

const tell = (message: WriterMessage): Promise<void> => new Promise((resolve, reject) => process.send!(message, undefined, undefined, (error: Error | null) => (error ? reject(error) : resolve())));

async function importForEver({ database, snapshot, vacuum }: EmbeddedStore): Promise<never> {
  const { corpusId, aclId } = await database.worker(TENANT, async (tx) => ({
    corpusId: ((await corpora.findCorpus(tx, 'handbook')) ?? (await makeCorpus(tx))).id,
    aclId: await people.internAcl(tx, ['g']),
  }));
  for (let round = 1; ; round += 1) {
    const path = `${round % 7}.md`;
    const known = await database.worker(TENANT, (tx) => documents.knownDocuments(tx, corpusId));
    const version = Number(known.find((one) => one.path === path)?.contentHash ?? 0) + 1;
    const chunks = Array.from({ length: CHUNKS }, (_, i) => `Chunk ${i} of version ${version}. ${'Leave is thirty days. '.repeat(40)}`);
    const sketch = { ...sketchDocument(corpusId, aclId, { path, readers: [], chunks }), contentHash: String(version) };
    // The document and its announcement are one transaction, as in an import.
    await database.worker(TENANT, async (tx) => {
      await documents.replaceDocument(tx, sketch);
      await outbox.announce(tx, sketch.id, 'document.indexed', { corpusId, documentId: sketch.id, chunks: CHUNKS });
    });
    await tell({ kind: 'document', path, version });
    await database.worker(TENANT, (tx) => documents.storeEmbeddings(tx, sketch.chunks.map((chunk) => ({ id: chunk.id, dense: denseText([1, 0, 0]) }))));
    await tell({ kind: 'vectors', path, version });
    if (round % 9 === 4) await vacuum();
    if (round % 9 === 8) await snapshot();
  }
}

async function answerForEver({ database }: EmbeddedStore): Promise<never> {
  for (;;) {
    const { id } = await database.person(READER, (tx) => conversations.createConversation(tx, null));
    const { answerId } = await database.person(READER, (tx) => conversations.addExchange(tx, { conversationId: id, question: 'How many days?', language: 'en', sources: [] }));
    await tell({ kind: 'question', conversationId: id });
    await database.person(READER, (tx) => conversations.finishAnswer(tx, answerId, { text: 'Thirty days.', status: 'answered', model: 'test', claims: 1, supported: 0, citations: [] }));
    await tell({ kind: 'answer', conversationId: id });
  }
}

const [directory, mode] = process.argv.slice(2) as [string, WriterMode];
const store = await openEmbedded({ directory });
await tell({ kind: 'open', notices: store.notices });
await (mode === 'answer' ? answerForEver : importForEver)(store);
