import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CopiedTable, StoreSample } from '@kontor/db';
import { AppError } from '@kontor/kernel';
import type { z } from 'zod';
import { hashFile, readLines } from './line-file.js';
import { BLOB_LIST, FORMAT_VERSION, Head, MANIFEST, Manifest, SAMPLE, Sample, SUMS, tableFile } from './manifest.js';

const SUM_LINE = /^([0-9a-f]{64}) {2}([\w.-]+(?:\/[\w.-]+)?)$/;

/** A backup whose every file, but for the originals, was held against its sum. */
export interface Backup {
  directory: string;
  manifest: Manifest;
  sample: StoreSample;
  tables: CopiedTable[];
}

/**
 * Opens a backup and reads every byte of it once, before anything is done with it.
 *
 * @throws AppError `backup.unfinished`, `backup.file_missing`, `backup.file_damaged`, `backup.newer_format`
 */
export async function openBackup(directory: string): Promise<Backup> {
  const named = await checkFiles(directory);
  const text = await readFile(join(directory, MANIFEST), 'utf8');
  const head = parse(Head, text, MANIFEST);
  if (head.formatVersion !== FORMAT_VERSION) throw new AppError('backup.newer_format', { message: `${directory} is of format ${head.formatVersion}, and this Kontor reads ${FORMAT_VERSION}. Update Kontor.`, details: head });
  const manifest = parse(Manifest, text, MANIFEST);
  const missing = [SAMPLE, BLOB_LIST, ...manifest.tables.map(({ name }) => tableFile(name))].find((name) => !named.has(name));
  if (missing !== undefined) throw fileMissing(missing);
  const sample = parse(Sample, await readFile(join(directory, SAMPLE), 'utf8'), SAMPLE);
  const tables = manifest.tables.map(({ name, columns, rows, checksum }): CopiedTable => ({ name, columns, rows: () => readLines(join(directory, tableFile(name))), sum: { rows, checksum } }));
  return { directory, manifest, sample, tables };
}

async function checkFiles(directory: string): Promise<Set<string>> {
  const text = await readFile(join(directory, SUMS), 'utf8').catch((cause: unknown) => {
    throw new AppError('backup.unfinished', { message: `${directory} is no whole backup: it has no ${SUMS}, which is written last. Use another backup.`, details: { directory }, cause });
  });
  const named = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    const [, sha256, name] = SUM_LINE.exec(line) ?? [];
    if (sha256 === undefined || name === undefined || name.split('/').includes('..')) throw damaged(SUMS);
    if (!(await stat(join(directory, name)).then((found) => found.isFile(), () => false))) throw fileMissing(name);
    if ((await hashFile(join(directory, name))) !== sha256) throw damaged(name);
    named.add(name);
  }
  if (!named.has(MANIFEST)) throw fileMissing(MANIFEST);
  return named;
}

function parse<T extends z.ZodType>(schema: T, text: string, name: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(name, cause);
  }
}

export const fileMissing = (name: string): AppError => new AppError('backup.file_missing', { message: `The backup lacks ${name}. Nothing was restored; use another backup.`, details: { name } });
export const damaged = (name: string, cause?: unknown): AppError => new AppError('backup.file_damaged', { message: `${name} of the backup is not as it was written. Nothing was restored; use another backup.`, details: { name }, cause });
