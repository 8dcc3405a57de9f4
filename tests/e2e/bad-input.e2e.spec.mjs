import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { openAsBlob } from 'node:fs';
import { mkdtemp, mkdir, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kontorCommand, readEvents, startKontor, until } from './kontor.mjs';

const MEGABYTE = 1_048_576;
const GOOD = '# Lost property\n\nLost keys are kept at the gate for ninety days.\n';
const CONTROL = '\u0000\u0007\u001b[31m\u202e';

let kontor;
let folder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kontor-bad-'));
  kontor = await startKontor();
});
afterAll(async () => {
  await kontor?.stop();
  await rm(folder, { recursive: true, force: true });
});

const json = async (path, body, person) => {
  const response = await kontor.api(path, { method: 'POST', body: JSON.stringify(body) }, person);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
};
const upload = async (corpus, files) => {
  const form = new FormData();
  for (const [name, content] of files) form.append('files', content instanceof Blob ? content : new Blob([content]), name);
  return fetch(`${kontor.baseUrl}/api/admin/uploads?corpus=${corpus}`, { method: 'POST', body: form, headers: { authorization: kontor.authorization } });
};
const finished = async (response) => {
  expect(response.status).toBe(202);
  const { runId } = await response.json();
  let progress;
  await until(async () => (progress = await (await kontor.api(`/api/admin/imports/${runId}`)).json()).state === 'finished', 60_000, () => new Error('the upload did not finish'));
  return progress;
};
const cli = (args, env) => kontorCommand(args, { KONTOR_DATA: kontor.data, ...env });
/** The most memory that the server ever held, in bytes; its file system tells on Linux alone. */
const peakBytes = async () => 1_024 * Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${kontor.pid}/status`, 'utf8'))[1]);
const sparse = async (path, bytes) => {
  const handle = await open(path, 'w');
  await handle.truncate(bytes);
  await handle.close();
};

describe('files', () => {
  it('are listed with their reasons by an import that brings the sound one beside them', async () => {
    const docs = join(folder, 'docs');
    await mkdir(docs);
    const files = { 'good.md': GOOD, 'empty.md': '', 'cut.pdf': '%PDF-1.7 broken', 'picture.pdf': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'latin1.txt': Buffer.from('Gr\xfc\xdfe aus dem B\xfcro, f\xfcr \xdcbergr\xf6\xdfen gilt die Verf\xfcgung.', 'latin1'), 'page.md': '<!doctype html><html><body><p>A page under the name of Markdown.</p></body></html>', 'slides.key': 'x', [`${CONTROL.slice(1)}.md`]: '' };
    for (const [name, content] of Object.entries(files)) await writeFile(join(docs, name), content);
    await symlink('/etc/hostname', join(docs, 'outside.md'));
    await sparse(join(docs, 'large.pdf'), 200 * MEGABYTE);
    const { status, stdout } = await cli(['import', docs, '--corpus', 'bad', '--json']);
    const progress = JSON.parse(stdout);
    expect(status).toBe(3);
    expect(progress).toMatchObject({ state: 'finished', parsed: 3 });
    expect(Object.fromEntries(progress.failures.filter(({ path }) => /^\w/.test(path)).map(({ path, code }) => [path, code]))).toEqual({
      'cut.pdf': 'document.truncated', 'empty.md': 'document.empty', 'large.pdf': 'document.too_large', 'outside.md': 'file.outside', 'picture.pdf': 'document.wrong_type',
    });
    expect(progress.notices.join('\n')).toMatch(/No access rules: only administrators[\s\S]*\.key: 1/);
    const shown = await cli(['import', docs, '--corpus', 'bad']);
    expect(shown.stdout).toContain('empty.md: The file is empty');
    expect(shown.stdout).not.toContain('\u001b');
  });

  it('of 200 MB are refused without being held in memory, and those beside them are taken', async () => {
    await sparse(join(folder, 'large.md'), 200 * MEGABYTE);
    const before = process.platform === 'linux' ? await peakBytes() : 0;
    const progress = await finished(await upload('samples', [['large.md', await openAsBlob(join(folder, 'large.md'))], ['small.md', GOOD], ['small.md', GOOD], ['../../x\u0000.md', GOOD]]));
    expect(progress).toMatchObject({ parsed: 2, failed: 2 });
    expect(progress.failures.map(({ path, code }) => [path, code])).toEqual([['uploads/large.md', 'document.too_large'], ['uploads/small.md (2)', 'upload.same_name']]);
    if (process.platform === 'linux') expect((await peakBytes()) - before).toBeLessThan(100 * MEGABYTE);
  });

  it('uploaded to a new corpus make it, for administrators alone, and say so', async () => {
    const progress = await finished(await upload('brand-new', [['keys.md', GOOD]]));
    expect(progress).toMatchObject({ corpus: 'brand-new', parsed: 1, notices: [expect.stringContaining('only administrators see the corpus "brand-new"')] });
    expect((await json('/api/search', { question: 'Lost keys', corpus: 'brand-new' })).body.hits).toHaveLength(1);
    expect((await json('/api/search', { question: 'Lost keys', corpus: 'brand-new' }, 'brehm')).body.code).toBe('corpus.unknown');
  });

  it('that are none, or come another way, are refused', async () => {
    expect(await (await upload('samples', [])).json()).toMatchObject({ code: 'upload.empty' });
    expect(await (await upload('No%20name', [['a.md', GOOD]])).json()).toMatchObject({ code: 'request.invalid' });
    expect((await json('/api/admin/uploads?corpus=samples', {})).body.code).toBe('request.media_type_unsupported');
  });
});

describe('questions', () => {
  it('that are empty, too long or nothing but control characters are refused with a code', async () => {
    const conversation = (await json('/api/conversations', {}, 'brehm')).body.id;
    for (const path of ['/api/search', `/api/conversations/${conversation}/messages`]) {
      for (const question of ['', '  \n', CONTROL.slice(0, 2), 'x'.repeat(100_000), 7, undefined]) expect(await json(path, { question }, 'brehm')).toMatchObject({ status: 400, type: expect.stringContaining('problem+json'), body: { code: 'request.invalid' } });
    }
    expect(await json('/api/search', { question: 'x'.repeat(2_000_000) }, 'brehm')).toMatchObject({ status: 413, body: { code: 'request.too_large' } });
  });

  it('full of control characters and half letters are asked without them', async () => {
    const { status, body } = await json('/api/search', { question: `${CONTROL}Urlaub\ud800 ${CONTROL}?` }, 'brehm');
    expect(status).toBe(200);
    expect(body.hits.length).toBeGreaterThan(0);
  });

  it('of someone whom no file names end with a code instead of a wait', async () => {
    const conversation = (await json('/api/conversations', {})).body.id;
    const events = await readEvents(await kontor.api(`/api/conversations/${conversation}/messages`, { method: 'POST', body: '{"question":"Urlaub?"}' }));
    expect(events.at(-1).part).toMatchObject({ type: 'error', code: 'answer.person_unknown' });
    expect((await json('/api/search', { question: 'Urlaub' }, 'nobody')).body.code).toBe('sign_in.unknown_person');
    expect((await json('/api/search', { question: 'Urlaub' }, '%E0%A4%A')).body.code).toBe('sign_in.unknown_person');
  });
});

describe('commands', () => {
  const refused = async (args, code, status = 1) => {
    const result = await cli(args);
    expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(code)]);
  };

  it('name what is unknown', async () => {
    const questions = join(folder, 'questions.jsonl');
    await writeFile(questions, JSON.stringify({ id: 'q1', question: 'Urlaub?', asked_by: 'brehm', kind: 'answerable' }));
    await refused(['search', 'Urlaub', '--as', 'nobody'], 'sign_in.unknown_person');
    await refused(['search', 'Urlaub', '--as', 'brehm', '--corpus', 'nope'], 'corpus.unknown');
    await refused(['ask', 'Urlaub', '--as', 'brehm', '--corpus', 'nope'], 'corpus.unknown');
    await refused(['eval', questions, '--corpus', 'nope'], 'corpus.unknown');
    await refused(['import', join(folder, 'absent'), '--corpus', 'a'], 'import.no_directory');
  });

  it('used wrongly end with 2 and say how they are used', async () => {
    await refused(['search', 'Urlaub'], '--as', 2);
    await refused(['search', 'Urlaub', '--as', 'brehm', '--limit', 'x'], '1 to 20', 2);
    await refused(['nonsense'], 'unknown command', 2);
  });

  it('tell how Kontor is', async () => {
    const { status, stdout } = await cli(['doctor', '--json']);
    expect([status, JSON.parse(stdout).healthy]).toEqual([0, true]);
  });

  it('refuse an access file that names an unknown group, and change nothing', async () => {
    const access = join(folder, 'access.json');
    await writeFile(access, JSON.stringify({ groups: ['staff'], prefixes: { '': ['stuff'] } }));
    const { status, stderr } = await cli(['import', join(folder, 'docs'), '--corpus', 'bad', '--access', access]);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/unknown group "stuff".*import\.file_invalid/)]);
  });
});

describe('a second start', () => {
  const start = (env) => spawnSync(process.execPath, [kontor.main], { env: { ...process.env, KONTOR_LOG_LEVEL: 'warn', KONTOR_MODEL_PULL: 'off', ...env }, encoding: 'utf8', timeout: 60_000 });

  it('on the same data says who uses it', async () => {
    const { status, stderr } = start({ KONTOR_DATA: kontor.data, KONTOR_PORT: '0' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(new RegExp(`in use by the process ${kontor.pid}.*store\\.in_use`))]);
    expect((await kontor.api('/health/live')).status).toBe(200);
  });

  it('on the same port says so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { status, stderr } = start({ KONTOR_DATA: join(folder, 'other'), KONTOR_PORT: String(taken.address().port) });
    taken.close();
    expect([status, stderr]).toEqual([1, expect.stringContaining('http.port_in_use')]);
  });
});

it('after all of that Kontor still finds what it should', async () => {
  expect((await json('/api/search', { question: 'Lost keys at the gate', corpus: 'bad' })).body.hits[0]).toMatchObject({ path: 'good.md' });
});
