import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AppError } from '@kontor/kernel';
import type { ExtractedDocument } from '@kontor/rag-core';
import { documentError, isDocumentErrorCode } from '../errors.js';
import type { ProcessLimits } from '../limits.js';
import { MEMORY_SIGNAL } from './memory-guard.js';
import { permissionArguments } from './permission-arguments.js';
import type { ParseReply, ParseRequest, ParseTask } from './protocol.js';
import { readReply } from './read-reply.js';

const START_MS_MAX = 30_000;
// What a parser leaks is given back now and then.
const FILES_PER_PROCESS_MAX = 1_000;

/** One child process that reads one file at a time. It starts with its first file and is replaced whenever it ends. */
export class ParserProcess {
  private child: ChildProcess | null = null;
  private filesRead = 0;
  private lastId = 0;

  constructor(private readonly limits: ProcessLimits) {}

  /** Of the process that runs now, if one does. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  async parse(task: ParseTask, signal: AbortSignal): Promise<ExtractedDocument> {
    if (this.filesRead >= FILES_PER_PROCESS_MAX) await this.close();
    const child = this.child ?? (await this.start(signal));
    this.filesRead += 1;
    this.lastId += 1;
    const reply = await this.exchange(child, { ...task, id: this.lastId }, signal);
    if (reply.ok) return reply.document;
    throw documentError(isDocumentErrorCode(reply.code) ? reply.code : 'document.crashed', reply.details);
  }

  async close(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (!child || hasEnded(child)) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  private async start(signal: AbortSignal): Promise<ChildProcess> {
    const memoryMegabytes = Math.floor(this.limits.memoryBytesMax / 2 ** 20);
    const child = fork(new URL('./child.js', import.meta.url), [String(this.limits.memoryBytesMax)], {
      execArgv: [`--max-old-space-size=${memoryMegabytes}`, ...permissionArguments()],
      // A parser needs no secret and no proxy.
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child = child;
    this.filesRead = 0;
    // A message that can no longer be sent is followed by the exit, which says more.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    try {
      const ended = once(child, 'exit').then(() => Promise.reject(new Error('the child ended at its start')));
      await Promise.race([once(child, 'message', { signal: AbortSignal.any([signal, AbortSignal.timeout(START_MS_MAX)]) }), ended]);
    } catch (cause) {
      await this.close();
      signal.throwIfAborted();
      throw documentError('document.crashed', {}, 'later', cause);
    }
    return child;
  }

  private exchange(child: ChildProcess, request: ParseRequest, signal: AbortSignal): Promise<ParseReply> {
    const { promise, resolve, reject } = Promise.withResolvers<ParseReply>();
    // Code that never yields hears no request to stop, so giving up means killing.
    const giveUp = (reason: unknown): void => {
      child.off('exit', onExit);
      void this.close().then(() => reject(reason));
    };
    const onMessage = (message: unknown): void => {
      try {
        resolve(readReply(message, request.id));
      } catch (reason) {
        giveUp(reason);
      }
    };
    const onExit = (code: number | null, signalName: NodeJS.Signals | null): void => reject(exitError(code, signalName, this.limits));
    const onAbort = (): void => giveUp(signal.reason);
    const { timeoutMs } = this.limits;
    const timer = setTimeout(() => giveUp(documentError('document.timeout', { timeoutMs })), timeoutMs);
    child.on('message', onMessage);
    child.once('exit', onExit);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else if (hasEnded(child)) onExit(child.exitCode, child.signalCode);
    else child.send(request, () => undefined);
    return promise.finally(() => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
    });
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function exitError(code: number | null, signal: NodeJS.Signals | null, { memoryBytesMax }: ProcessLimits): AppError {
  // V8 aborts at its heap limit; the memory guard sends its own signal.
  const memory = signal === MEMORY_SIGNAL || signal === 'SIGABRT' || code === 134;
  if (memory) return documentError('document.too_complex', { memoryBytesMax });
  // Only the system kills like this, when the machine runs out of memory: the file may be sound.
  return documentError('document.crashed', code === null ? {} : { exitCode: code }, signal === 'SIGKILL' ? 'later' : 'never');
}
