import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Scope } from '@kontor/contracts';
import { openEmbedded } from '../embedded/open-embedded.js';
import * as conversations from '../repositories/conversations.js';
import type { Random } from './random.js';

export type WriterMode = 'import' | 'answer' | 'start';

export type WriterMessage =
  | { kind: 'open'; notices: string[] }
  | { kind: 'document' | 'vectors'; path: string; version: number }
  | { kind: 'question' | 'answer'; conversationId: string };

/** What a killed writer had told: it must all be found again, also after the kills that follow. */
export class Ledger {
  readonly versions = new Map<string, number>();
  readonly embedded = new Map<string, number>();
  readonly questions = new Set<string>();
  readonly answers = new Set<string>();

  note(message: WriterMessage): void {
    if (message.kind === 'document') this.versions.set(message.path, message.version);
    if (message.kind === 'vectors') this.embedded.set(message.path, message.version);
    if (message.kind === 'question') this.questions.add(message.conversationId);
    if (message.kind === 'answer') this.answers.add(message.conversationId);
  }

  get size(): number {
    return this.versions.size + this.embedded.size + this.questions.size + this.answers.size;
  }
}

export interface KillResult {
  mode: WriterMode;
  /** Transactions that the writer had told of before it was killed, in this round. */
  committed: number;
  /** What of all that was ever told is missing or damaged; empty when all is well. */
  faults: string[];
  openMs: number;
}

const TENANT = 'kill';
const READER: Scope = { tenant: TENANT, person: 'ada', principals: ['person:ada', 'g'] };
/** The kill comes after so many transactions at most, and so long after the last of them. */
const TOLD_MAX = 30;
const WRITE_MS_MAX = 150;
const START_MS_MAX = 2_500;

/** Lets a process write into the store, kills it at some moment, opens the store and looks for all that it had told. */
export async function killRound(directory: string, mode: WriterMode, ledger: Ledger, random: Random): Promise<KillResult> {
  const child = fork(new URL('./store-writer.js', import.meta.url), [directory, mode], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const faults: string[] = [];
  let committed = 0;
  child.on('message', (message: WriterMessage) => {
    if (message.kind === 'open') faults.push(...message.notices);
    else committed += 1;
    ledger.note(message);
  });
  // At the start the kill falls into opening, replaying and migrating; otherwise into writing.
  const target = mode === 'start' ? 0 : 1 + random.integer(TOLD_MAX);
  while (committed < target && child.exitCode === null) await Promise.race([once(child, 'message'), exited]);
  await new Promise((resolve) => setTimeout(resolve, random.integer(mode === 'start' ? START_MS_MAX : WRITE_MS_MAX)));
  if (child.exitCode !== null) faults.push(`the writer ended by itself (${child.exitCode})`);
  child.kill('SIGKILL');
  await exited;
  const openedMs = performance.now();
  const store = await openEmbedded({ directory });
  const openMs = performance.now() - openedMs;
  faults.push(...store.notices, ...(await findFaults(store.database, ledger)));
  await store.close();
  return { mode, committed, faults, openMs };
}

async function findFaults(database: Awaited<ReturnType<typeof openEmbedded>>['database'], ledger: Ledger): Promise<string[]> {
  const rows = await database.worker(TENANT, (tx) =>
    tx.query<{ path: string; version: number; expected: number; chunks: number; lexical: number; dense: number; pending: number; texts: number; mixed: number; announced: number }>(
      `SELECT d.path, d.content_hash::integer AS version, d.chunk_count AS expected,
         (SELECT count(*)::integer FROM chunk c WHERE c.tenant = d.tenant AND c.document_id = d.id) AS chunks,
         (SELECT count(*)::integer FROM chunk_lexical c WHERE c.tenant = d.tenant AND c.document_id = d.id) AS lexical,
         (SELECT count(*)::integer FROM chunk_dense c WHERE c.tenant = d.tenant AND c.document_id = d.id) AS dense,
         (SELECT count(*)::integer FROM chunk_pending c WHERE c.tenant = d.tenant AND c.document_id = d.id) AS pending,
         (SELECT count(*)::integer FROM document_text t WHERE t.tenant = d.tenant AND t.document_id = d.id) AS texts,
         (SELECT count(*)::integer FROM chunk c WHERE c.tenant = d.tenant AND c.document_id = d.id AND c.text NOT LIKE '%version ' || d.content_hash || '.%') AS mixed,
         (SELECT count(*)::integer FROM outbox o WHERE o.tenant = d.tenant AND o.payload->>'documentId' = d.id::text) AS announced
       FROM document d WHERE d.tenant = $1`,
      [TENANT],
    ),
  );
  const found = new Map(rows.map((row) => [row.path, row]));
  const faults: string[] = [];
  for (const [path, version] of ledger.versions) if ((found.get(path)?.version ?? 0) < version) faults.push(`${path} lost version ${version}`);
  for (const [path, version] of ledger.embedded) {
    const row = found.get(path);
    if (row?.version === version && row.dense !== row.expected) faults.push(`${path} lost vectors of version ${version}`);
  }
  for (const row of rows) {
    const whole = row.chunks === row.expected && row.lexical === row.expected && row.dense + row.pending === row.expected && row.texts === 1 && row.mixed === 0 && row.announced === 1;
    if (!whole) faults.push(`${row.path} is half there: ${JSON.stringify(row)}`);
  }
  return [...faults, ...(await findLostWords(database, ledger))];
}

async function findLostWords(database: Awaited<ReturnType<typeof openEmbedded>>['database'], ledger: Ledger): Promise<string[]> {
  return database.person(READER, async (tx) => {
    const faults: string[] = [];
    for (const id of ledger.questions) {
      const messages = await conversations.readMessages(tx, id);
      if (messages[0]?.text !== 'How many days?') faults.push(`the question of ${id} is lost`);
      if (ledger.answers.has(id) && messages[1]?.text !== 'Thirty days.') faults.push(`the answer of ${id} is lost`);
    }
    return faults;
  });
}
