// Writes docs/operating/configuration.md from the slices of libs/config. Build libs/config first.
import { mkdir, writeFile } from 'node:fs/promises';
import { renderConfigReference } from '../../libs/config/dist/index.js';

const page = new URL('../../docs/operating/configuration.md', import.meta.url);
await mkdir(new URL('.', page), { recursive: true });
await writeFile(page, renderConfigReference());
