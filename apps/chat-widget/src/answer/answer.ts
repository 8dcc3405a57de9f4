import type { Citation, Feedback, Message, MessageStatus, Source, StreamPart, Verification } from '@kontor/contracts';

export interface Notice {
  code: string;
  text: string;
}

/** An answer as far as it is known: from the stream while it runs, from the store afterwards. */
export interface Answer {
  messageId: string | null;
  status: MessageStatus;
  text: string;
  withheld: boolean;
  sources: Source[];
  citations: Citation[];
  notices: Notice[];
  queue: { position: number; estimateMs: number | null } | null;
  verification: Verification | null;
  problem: { code: string; detail: string } | null;
  /** What the person said of it. */
  feedback: Feedback | null;
}

/** A question and its answer: what the page shows as one entry. */
export interface Turn {
  key: string;
  question: string;
  askedAtMs: number;
  answer: Answer;
}

export type Phase = 'searching' | 'queued' | 'reading' | 'writing' | 'done';

export const emptyAnswer = (messageId: string | null = null): Answer => ({
  messageId,
  status: 'queued',
  text: '',
  withheld: false,
  sources: [],
  citations: [],
  notices: [],
  queue: null,
  verification: null,
  problem: null,
  feedback: null,
});

export const isRunning = (answer: Answer): boolean => answer.status === 'queued' || answer.status === 'running';

export function phaseOf(answer: Answer): Phase {
  if (!isRunning(answer)) return 'done';
  if (answer.text !== '') return 'writing';
  if (answer.queue !== null && answer.queue.position > 0) return 'queued';
  return answer.sources.length > 0 ? 'reading' : 'searching';
}

/** The next state of an answer after one part of its stream; the answer given is never changed. */
export function applyPart(answer: Answer, part: StreamPart): Answer {
  switch (part.type) {
    case 'start':
      return { ...answer, messageId: part.messageId };
    case 'data-queue':
      return { ...answer, queue: part.data };
    case 'data-sources':
      return { ...answer, sources: part.data };
    case 'data-notice':
      return { ...answer, notices: [...answer.notices, part.data] };
    case 'text-start':
      return { ...answer, status: 'running', queue: null };
    case 'text-delta':
      return { ...answer, status: 'running', queue: null, text: answer.text + part.delta };
    case 'data-replace':
      // The citations so far point into the text that has just gone.
      return { ...answer, text: part.data.text, citations: [] };
    case 'data-citation':
      return { ...answer, citations: [...answer.citations, part.data] };
    case 'data-verification':
      return { ...answer, verification: part.data };
    case 'error':
      return { ...answer, status: 'failed', problem: { code: part.code ?? 'answer.failed', detail: part.errorText } };
    case 'abort':
      return { ...answer, status: 'stopped' };
    case 'text-end':
      return answer;
    case 'finish':
      return isRunning(answer) ? { ...answer, status: finalStatus(answer) } : answer;
    default:
      // A kind of part that is missing above fails to compile.
      part satisfies never;
      return answer;
  }
}

function finalStatus(answer: Answer): MessageStatus {
  const status = answer.verification?.status;
  return status === undefined || status === 'queued' || status === 'running' ? 'answered' : status;
}

/** Pairs each question with the answer after it; a question whose answer was never begun counts as failed. */
export function turnsOf(messages: readonly Message[]): Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'user') {
      const answer: Answer = { ...emptyAnswer(), status: 'failed' };
      turns.push({ key: message.id, question: message.text ?? '', askedAtMs: Date.parse(message.createdAt), answer });
    } else {
      const turn = turns.at(-1);
      if (turn !== undefined) turns[turns.length - 1] = { ...turn, answer: storedAnswer(message) };
    }
  }
  return turns;
}

function storedAnswer(message: Message): Answer {
  // A running answer starts empty: its stream is read again from the beginning.
  if (message.status === 'queued' || message.status === 'running') return emptyAnswer(message.id);
  return {
    ...emptyAnswer(message.id),
    status: message.status,
    text: message.text ?? '',
    withheld: message.withheld,
    sources: message.sources,
    citations: message.citations,
    verification: verificationOf(message),
    feedback: message.feedback,
  };
}

function verificationOf(message: Message): Verification | null {
  const { claims, supported, status, model } = message;
  if (model === null) return null;
  return { claims, supported, status, model };
}

/** The ordinals that the answer leans on, so that the page can tell cited sources from the others. */
export const citedOrdinals = (answer: Answer): Set<number> =>
  new Set(answer.citations.flatMap((citation) => (citation.supported && citation.source !== null ? [citation.source] : [])));
