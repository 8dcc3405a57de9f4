import { personPrincipal, type Scope } from '@kontor/contracts';
import type { Database, PersonTx, WorkerTx } from '../database.js';
import * as conversations from '../repositories/conversations.js';
import type * as corpora from '../repositories/corpora.js';
import * as documents from '../repositories/documents.js';
import * as feedback from '../repositories/feedback.js';
import * as people from '../repositories/people.js';
import { denseText } from '../vector-text.js';
import { freshTenant, makeCorpus, sketchDocument, sourceOf } from './factories.js';
import type { Random } from './random.js';

/** A document as the model knows it: who may read it now, and words that stand in it and nowhere else. */
export interface ModelDocument {
  id: string;
  corpusId: string;
  path: string;
  readers: string[];
  chunkIds: string[];
  /** Of every version: an old answer may still quote one. */
  marks: string[];
  removed: boolean;
}

export interface ModelExchange {
  person: string;
  conversationId: string;
  answerId: string;
  questionMark: string;
  usedDocuments: string[];
}

export interface TenantModel {
  tenant: string;
  corpora: corpora.Corpus[];
  people: Scope[];
  documents: ModelDocument[];
  exchanges: ModelExchange[];
}

const GROUPS = ['everyone', 'hr', 'legal', 'board'];
const PEOPLE = ['ada', 'bob', 'eve'];
export const DIMENSIONS_USED = [3, 5, 8];
let marks = 0;
const mark = (kind: string): string => `${kind}mark${(marks += 1)}x`;

export const mayRead = (scope: Scope, document: ModelDocument): boolean => !document.removed && document.readers.some((reader) => scope.principals.includes(reader));

/** Draws corpora, people, documents and rules; lets people ask; then changes rules, texts and documents behind their backs. */
export async function drawTenant(database: Database, random: Random): Promise<TenantModel> {
  const tenant = freshTenant();
  const names = ['north', 'south'];
  const groups = names.flatMap((name) => GROUPS.map((group) => `${name}:${group}`));
  const everyone = PEOPLE.map((person): Scope => ({ tenant, person, principals: [personPrincipal(person), ...random.some(groups, 0.3)] }));
  const model = await database.worker(tenant, async (tx): Promise<TenantModel> => {
    const made = [await makeCorpus(tx, names[0]), await makeCorpus(tx, names[1])];
    const world = { tenant, corpora: made, people: everyone, documents: [] as ModelDocument[], exchanges: [] };
    for (let i = 0; i < 10; i += 1) {
      const readers = random.chance(0.15) ? [personPrincipal(random.pick(PEOPLE))] : random.some(groups, 0.25, 1);
      world.documents.push({ id: '', corpusId: random.pick(made).id, path: `${mark('path')}.md`, readers, chunkIds: [], marks: [], removed: false });
      await writeDocument(tx, world.documents[i]!, random);
    }
    return world;
  });
  for (const scope of everyone) for (let i = 0; i < 2; i += 1) await ask(database, model, scope, random);
  await database.worker(tenant, (tx) => change(tx, model, random));
  return model;
}

async function writeDocument(tx: WorkerTx, document: ModelDocument, random: Random): Promise<void> {
  const text = mark('text');
  document.marks.push(text);
  const aclId = await people.internAcl(tx, document.readers);
  const chunks = Array.from({ length: 1 + random.integer(2) }, (_, i) => `Passage ${i} says ${text}.`);
  const sketch = sketchDocument(document.corpusId, aclId, { path: document.path, readers: [], chunks, dimension: random.pick(DIMENSIONS_USED) });
  document.id = await documents.replaceDocument(tx, sketch);
  document.chunkIds = sketch.chunks.map((chunk) => chunk.id);
  await documents.storeEmbeddings(tx, sketch.chunks.map((chunk) => ({ id: chunk.id, dense: denseText([random.next(), random.next(), 0.1]) })));
}

async function ask(database: Database, model: TenantModel, scope: Scope, random: Random): Promise<void> {
  const readable = model.documents.filter((document) => mayRead(scope, document));
  const used = readable.length > 0 ? random.some(readable, 0.4, 1) : [];
  const questionMark = mark('question');
  await database.person(scope, async (tx) => {
    const conversation = await conversations.createConversation(tx, random.chance(0.5) ? 'north' : null);
    const { answerId } = await conversations.addExchange(tx, { conversationId: conversation.id, question: `Why ${questionMark}?`, language: 'en', sources: used.map(asSource) });
    await conversations.markRunning(tx, answerId);
    if (random.chance(0.9)) await answer(tx, answerId, used, random);
    // Refused where the answer is still to come.
    if (random.chance(0.5)) await feedback.giveFeedback(tx, answerId, { verdict: 'unhelpful', reason: 'wrong', remark: `About ${questionMark}`, withQuestion: random.chance(0.5) });
    model.exchanges.push({ person: scope.person, conversationId: conversation.id, answerId, questionMark, usedDocuments: used.map((document) => document.id) });
  });
}

function asSource(document: ModelDocument, index: number) {
  const sketch = { ...sketchDocument(document.corpusId, 0, { path: document.path, readers: [] }), id: document.id };
  return sourceOf(sketch, index + 1);
}

async function answer(tx: PersonTx, answerId: string, used: readonly ModelDocument[], random: Random): Promise<void> {
  const citations = used.filter(() => random.chance(0.6)).map((document, index) => ({
    answerStart: index, answerEnd: index + 1, supported: true, source: 1, documentId: document.id, path: document.path, start: 0, end: 4, quote: `It says ${document.marks[0]!}`,
  }));
  const text = `They say ${used.map((document) => document.marks[0]).join(' and ')}.`;
  await conversations.finishAnswer(tx, answerId, { text, status: 'answered', model: 'test', claims: used.length, supported: citations.length, citations });
}

async function change(tx: WorkerTx, model: TenantModel, random: Random): Promise<void> {
  const groups = model.corpora.flatMap((corpus) => GROUPS.map((group) => `${corpus.name}:${group}`));
  for (const document of model.documents) {
    if (random.chance(0.3)) {
      document.readers = random.some(groups, 0.25, 1);
      await documents.setDocumentAcl(tx, document.id, await people.internAcl(tx, document.readers));
    } else if (random.chance(0.2)) {
      await documents.removeDocument(tx, document.corpusId, document.path);
      document.removed = true;
    } else if (random.chance(0.2)) {
      await writeDocument(tx, document, random);
    }
  }
}
