import { fork, type ChildProcess } from 'node:child_process';
import type { ExtractedDocument } from '@kontor/rag-core';
import { failure, isFailureCode } from '../parse/failure.js';
import { ParseReply, type ParseRequest } from './protocol.js';

export interface ProcessLimits {
  timeoutMs: number;
  memoryBytesMax: number;
}

/** One child process that reads one file at a time; it is replaced when it dies or takes too long. */
export class ParserProcess {
  private child: ChildProcess | null = null;
  private lastId = 0;

  constructor(private readonly limits: ProcessLimits) {}

  async parse(file: Omit<ParseRequest, 'id'>, signal?: AbortSignal): Promise<ExtractedDocument> {
    const child = this.child ?? this.start();
    this.lastId += 1;
    const request: ParseRequest = { ...file, id: this.lastId };
    const reply = await this.exchange(child, request, signal);
    if (reply.ok) return reply.document as ExtractedDocument;
    throw failure(isFailureCode(reply.code) ? reply.code : 'document.unreadable', reply.details);
  }

  close(): void {
    this.child?.kill('SIGKILL');
    this.child = null;
  }

  private exchange(child: ChildProcess, request: ParseRequest, signal?: AbortSignal): Promise<ParseReply> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const giveUp = (error: unknown): void =>
        settle(() => {
          this.close();
          reject(error);
        });
      const onMessage = (message: unknown): void => {
        const reply = ParseReply.safeParse(message);
        if (!reply.success) return giveUp(failure('document.crashed', {}, reply.error));
        if (reply.data.id === request.id) settle(() => resolve(reply.data));
      };
      const onExit = (): void => giveUp(failure('document.crashed'));
      const onAbort = (): void => giveUp(signal!.reason);
      const timer = setTimeout(() => giveUp(failure('document.timeout', { timeoutMs: this.limits.timeoutMs })), this.limits.timeoutMs);
      child.on('message', onMessage);
      child.on('exit', onExit);
      signal?.addEventListener('abort', onAbort, { once: true });
      child.send(request);
    });
  }

  private start(): ChildProcess {
    const memoryMib = Math.floor(this.limits.memoryBytesMax / 1_048_576);
    // Nothing of the environment: a parser needs no secret and no proxy.
    const child = fork(new URL('./child.js', import.meta.url), { execArgv: [`--max-old-space-size=${memoryMib}`], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'advanced' });
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    this.child = child;
    return child;
  }
}
