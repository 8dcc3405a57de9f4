import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { Passage, type PassageRange, type Scope } from '@kontor/contracts';
import { documents, type DocumentText } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import { CHAT_API_PORTS, type ChatApiPorts } from '../ports.js';
import { cutPassage } from './cut-passage.js';

/** Documents as their readers see them; one that may not be read answers like one that is not there. */
@Injectable()
export class DocumentsService {
  constructor(@Inject(CHAT_API_PORTS) private readonly ports: ChatApiPorts) {}

  async passage(scope: Scope, id: string, range: PassageRange): Promise<Passage> {
    const document = await this.read(scope, id);
    return Passage.parse({ ...document, ...cutPassage(document, range) });
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
