import { Conversation, ConversationWithMessages, FeedbackEntry, ImportProgress, ImportStarted, Passage, Session, type Feedback } from '@kontor/contracts';
import { z } from 'zod';
import { jsonBody, requestJson, send } from './request.js';
import type { Trace } from './trace.js';

/** Every call that the page makes, one method each. `base` is where the API is mounted, such as `/api`. */
export class KontorApi {
  constructor(private readonly base: string) {}

  session(): Promise<Session> {
    return requestJson(Session, `${this.base}/session`);
  }

  signIn(person: string): Promise<Session> {
    return requestJson(Session, `${this.base}/session`, jsonBody('POST', { person }));
  }

  async signOut(): Promise<void> {
    await send(`${this.base}/session`, { method: 'DELETE' });
  }

  conversations(): Promise<Conversation[]> {
    return requestJson(z.array(Conversation), `${this.base}/conversations`);
  }

  createConversation(corpus: string | null): Promise<Conversation> {
    return requestJson(Conversation, `${this.base}/conversations`, jsonBody('POST', corpus === null ? {} : { corpus }));
  }

  conversation(id: string): Promise<ConversationWithMessages> {
    return requestJson(ConversationWithMessages, `${this.base}/conversations/${encodeURIComponent(id)}`);
  }

  async deleteConversation(id: string): Promise<void> {
    await send(`${this.base}/conversations/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  /** The response is the stream of the answer, see `followAnswer`. */
  ask(conversation: string, question: string, signal: AbortSignal, trace: Trace): Promise<Response> {
    return send(`${this.base}/conversations/${encodeURIComponent(conversation)}/messages`, { ...jsonBody('POST', { question }), signal }, trace);
  }

  resume(message: string, lastSequence: string | null, signal: AbortSignal, trace: Trace): Promise<Response> {
    const headers: Record<string, string> = lastSequence === null ? {} : { 'last-event-id': lastSequence };
    return send(`${this.base}/answers/${encodeURIComponent(message)}/stream`, { headers, signal }, trace);
  }

  async stop(message: string): Promise<void> {
    await send(`${this.base}/answers/${encodeURIComponent(message)}/stop`, { method: 'POST' });
  }

  async giveFeedback(message: string, feedback: Feedback): Promise<void> {
    await send(`${this.base}/answers/${encodeURIComponent(message)}/feedback`, jsonBody('PUT', feedback));
  }

  async takeBackFeedback(message: string): Promise<void> {
    await send(`${this.base}/answers/${encodeURIComponent(message)}/feedback`, { method: 'DELETE' });
  }

  /** What everybody said, for administrators. */
  feedback(): Promise<FeedbackEntry[]> {
    return requestJson(z.array(FeedbackEntry), `${this.base}/admin/feedback`);
  }

  passage(document: string, start: number, end: number): Promise<Passage> {
    return requestJson(Passage, `${this.base}/documents/${encodeURIComponent(document)}/passage?start=${start}&end=${end}`);
  }

  originalUrl(document: string): string {
    return `${this.base}/documents/${encodeURIComponent(document)}/original`;
  }

  upload(corpus: string, files: readonly File[]): Promise<ImportStarted> {
    const body = new FormData();
    for (const file of files) body.append('files', file, file.name);
    return requestJson(ImportStarted, `${this.base}/admin/uploads?corpus=${encodeURIComponent(corpus)}`, { method: 'POST', body });
  }

  imports(): Promise<ImportProgress[]> {
    return requestJson(z.array(ImportProgress), `${this.base}/admin/imports`);
  }

  importRun(id: string): Promise<ImportProgress> {
    return requestJson(ImportProgress, `${this.base}/admin/imports/${encodeURIComponent(id)}`);
  }
}
