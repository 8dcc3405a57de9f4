// Writes the PDF and Word documents of the sample firm from their sources: node tools/generate/samples.mjs
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { writeDocx } from './samples/docx.mjs';
import { writePdf } from './samples/pdf.mjs';
import { parseSource } from './samples/source.mjs';

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const WRITERS = { pdf: writePdf, docx: writeDocx };

/** Returns every generated document as `{ file, bytes }`; `file` is relative to `samples/docs`. */
export async function generateSamples() {
  const names = (await readdir(path.join(SAMPLES, 'source'), { recursive: true })).filter((name) => name.endsWith('.md')).sort();
  const documents = [];
  for (const name of names) {
    const source = parseSource(await readFile(path.join(SAMPLES, 'source', name), 'utf8'));
    const write = WRITERS[source.format];
    if (!write) throw new Error(`${name}: the format is "${source.format}"; use one of ${Object.keys(WRITERS).join(', ')}.`);
    documents.push({ file: name.replace(/md$/, source.format).replaceAll(path.sep, '/'), bytes: await write(source) });
  }
  return documents;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { file, bytes } of await generateSamples()) {
    const target = path.join(SAMPLES, 'docs', file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, bytes);
    console.log(`${file}: ${bytes.length} bytes`);
  }
}
