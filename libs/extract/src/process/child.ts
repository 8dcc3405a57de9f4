import { readFile } from 'node:fs/promises';
import { AppError } from '@kontor/kernel';
import { parseFile } from '../parse/parse.js';
import type { ParseReply, ParseRequest } from './protocol.js';

// Runs in a process of its own: a file that crashes its parser, or never lets it end, takes nothing else along.
const send = (reply: ParseReply): void => void process.send!(reply);

process.on('message', (request: ParseRequest) => {
  void answer(request);
});
process.on('disconnect', () => process.exit());

async function answer(request: ParseRequest): Promise<void> {
  try {
    const document = await parseFile(await readFile(request.path), request.name, request);
    send({ id: request.id, ok: true, document });
  } catch (thrown) {
    const known = thrown instanceof AppError ? thrown : null;
    send({ id: request.id, ok: false, code: known?.code ?? 'document.unreadable', details: (known?.details ?? {}) as Record<string, number> });
  }
}
