import type { Citation, Source, Verification } from '@kontor/contracts';
import { AppError } from '@kontor/kernel';
import type { KontorClient } from './client.js';

export interface AskedAnswer {
  status: Verification['status'];
  text: string;
  /** True where the streamed draft gave way to another text. */
  replaced: boolean;
  sources: Source[];
  citations: Citation[];
  verification: Verification;
  firstTokenMs: number | null;
  totalMs: number;
}

/** Asks in a conversation and gathers the stream; `onDelta` sees the words as they come. */
export async function ask(client: KontorClient, conversationId: string, question: string, onDelta: (delta: string) => void = () => {}): Promise<AskedAnswer> {
  const startedMs = performance.now();
  let text = '';
  let replaced = false;
  let sources: Source[] = [];
  let citations: Citation[] = [];
  let verification: Verification | null = null;
  let firstTokenMs: number | null = null;
  for await (const part of client.stream(`/api/conversations/${conversationId}/messages`, { question })) {
    if (part.type === 'data-sources') sources = part.data;
    else if (part.type === 'text-delta') {
      firstTokenMs ??= performance.now() - startedMs;
      text += part.delta;
      onDelta(part.delta);
    } else if (part.type === 'data-replace') {
      firstTokenMs ??= performance.now() - startedMs;
      text = part.data.text;
      citations = [];
      replaced = true;
    } else if (part.type === 'data-citation') citations.push(part.data);
    else if (part.type === 'data-verification') verification = part.data;
    else if (part.type === 'error') throw new AppError(part.code ?? 'answer.failed', { message: part.errorText });
  }
  if (!verification) throw new AppError('answer.incomplete', { message: 'The answer ended early; ask again.' });
  return { status: verification.status, text, replaced, sources, citations, verification, firstTokenMs, totalMs: performance.now() - startedMs };
}
