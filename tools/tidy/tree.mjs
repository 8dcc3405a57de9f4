import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { toProject } from '../boundaries.mjs';

const skipped = new Set(['node_modules', 'dist', 'data', 'test-results']);
const textFile = /(\.(ts|mjs|js|json|md|html|css|sql|sh|ya?ml|txt|jsonl|csv)|^kontor|^\.ci\/run|^(LICENSE|NOTICE))$/;
const codeFile = /\.(ts|mjs|js)$/;

/** The checkout as rules see it: texts by path, parsed once. Specs make small ones from a record of texts. */
export class Tree {
  #texts;
  #parsed = new Map();

  constructor(texts, folders = []) {
    this.#texts = new Map(Object.entries(texts));
    this.paths = [...this.#texts.keys()].sort();
    this.known = new Set([...this.paths, ...folders, ...this.paths.flatMap(parents)]);
  }

  text(path) {
    return this.#texts.get(path) ?? '';
  }

  json(path) {
    const text = this.#texts.get(path);
    return text === undefined ? undefined : JSON.parse(text);
  }

  get code() {
    return this.paths.filter((path) => codeFile.test(path) && !path.startsWith('samples/'));
  }

  get documents() {
    return this.paths.filter((path) => path.endsWith('.md') && !path.startsWith('samples/'));
  }

  get projects() {
    return this.paths
      .filter((path) => /^(libs|apps)\/[^/]+\/package\.json$/.test(path))
      .map((path) => toProject(path.slice(0, -'/package.json'.length), this.json(path)));
  }

  source(path) {
    if (!this.#parsed.has(path)) this.#parsed.set(path, ts.createSourceFile(path, this.text(path), ts.ScriptTarget.Latest, true));
    return this.#parsed.get(path);
  }
}

/** Reads the checkout. Files without text (images, PDF) are known by name only. */
export function loadTree(root) {
  const texts = {};
  const others = [];
  for (const path of walk(root, '')) {
    if (textFile.test(path)) texts[path] = readFileSync(join(root, path), 'utf8');
    else others.push(path, ...parents(path));
  }
  return new Tree(texts, others);
}

function walk(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    const hidden = entry.name.startsWith('.') && entry.name !== '.ci';
    if (hidden || skipped.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}

function parents(path) {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
