import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Pages } from '@kontor/http';

const PAGES = fileURLToPath(new URL('../../chat-widget/dist/web/', import.meta.url));

/** The chat page, where it was built. */
export function chatPages(): Pages[] {
  return existsSync(PAGES) ? [{ prefix: '/', directory: PAGES }] : [];
}
