import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import type { Scope } from '@kontor/contracts';
import { documents, type DocumentText } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';

const CONTEXT_UNITS = 3_000;
const PASSAGE_UNITS_MAX = 100_000;

export interface Passage {
  id: string;
  title: string;
  path: string;
  corpus: string;
  mediaType: string;
  text: string;
  textStart: number;
  textEnd: number;
  totalUnits: number;
  start: number;
  end: number;
}

/** Documents as their readers see them; one that may not be read answers like one that is not there. */
@Injectable()
export class DocumentsService {
  constructor(@Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts) {}

  /** The passage with text around it, cut at line ends. */
  async passage(scope: Scope, id: string, range: { start: number; end: number }): Promise<Passage> {
    const { text, blobKey: _blobKey, ...document } = await this.read(scope, id);
    const start = Math.min(range.start, text.length);
    const end = Math.min(Math.max(range.end, start), start + PASSAGE_UNITS_MAX, text.length);
    const from = text.lastIndexOf('\n', Math.max(0, start - CONTEXT_UNITS));
    const to = text.indexOf('\n', Math.min(text.length, end + CONTEXT_UNITS));
    const textStart = from < 0 || start <= CONTEXT_UNITS ? 0 : from + 1;
    const textEnd = to < 0 ? text.length : to;
    return { ...document, text: text.slice(textStart, textEnd), textStart, textEnd, totalUnits: text.length, start, end };
  }

  async original(scope: Scope, id: string): Promise<{ document: DocumentText; content: Readable }> {
    const document = await this.read(scope, id);
    return { document, content: await this.ports.blobs.get(document.blobKey) };
  }

  private async read(scope: Scope, id: string): Promise<DocumentText> {
    const document = await this.ports.database.person(scope, (tx) => documents.readDocument(tx, id));
    if (!document) throw new AppError('document.unknown', { status: 404, message: 'There is no such document.' });
    return document;
  }
}
