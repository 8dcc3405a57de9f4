import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, readEvents, startKontor, until } from './kontor.mjs';

let kontor;
let browser;

beforeAll(async () => {
  kontor = await startKontor();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await kontor?.stop();
});

async function signIn(name) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(kontor.baseUrl);
  await page.getByRole('button', { name }).click();
  await page.getByLabel('Your question').waitFor();
  return page;
}

async function ask(page, question) {
  await page.getByLabel('Your question').fill(question);
  await page.getByLabel('Your question').press('Enter');
}

const answered = (page) => page.getByText(/[Ss]upported by documents|Not found/).first().waitFor({ timeout: 150_000 });
const QUESTION = 'Where will production move, and when?';

it('answers from documents that the person may read, and opens a citation at its passage', async () => {
  const page = await signIn(/Amsel/);
  await ask(page, QUESTION);
  await answered(page);
  await page.locator('button.cite').first().click();
  const mark = page.locator('mark').first();
  await mark.waitFor();
  expect((await mark.textContent()).length).toBeGreaterThan(10);
  await page.close();
});

it('shows another person nothing of what only the management may read', async () => {
  const page = await signIn(/Carvalho/);
  await ask(page, QUESTION);
  await answered(page);
  const text = await page.locator('kontor-chat').evaluate((element) => element.shadowRoot.textContent);
  expect(text).not.toContain('Weißenfels');
  expect(text).not.toMatch(/Belfry/i);
  await page.close();
});

it('says in the language of the question that nothing was found', async () => {
  const conversation = await (await kontor.api('/api/conversations', { method: 'POST', body: '{}' }, 'brehm')).json();
  const body = JSON.stringify({ question: 'Welche Farbe hat der Dienstwagen des Papstes in Rom?' });
  const events = await readEvents(await kontor.api(`/api/conversations/${conversation.id}/messages`, { method: 'POST', body }, 'brehm'));
  expect(events.at(-1).part.type).toBe('finish');
  // The worker's beginning is the last word on the queue: the page then says that it is being read, not waited for.
  expect(events.filter((event) => event.part.type === 'data-queue').at(-1).part.data.position).toBe(0);
  expect(events.map((event) => event.part.type).indexOf('data-sources')).toBeLessThan(events.map((event) => event.part.type).indexOf('text-delta'));
});

it('goes on where a dropped connection broke off, without a gap and without a repetition', async () => {
  const conversation = await (await kontor.api('/api/conversations', { method: 'POST', body: '{}' }, 'amsel')).json();
  const body = JSON.stringify({ question: QUESTION });
  const dropped = await kontor.api(`/api/conversations/${conversation.id}/messages`, { method: 'POST', body }, 'amsel');
  const before = await readEvents(dropped, (events) => events.length >= 2);
  const { messageId } = before[0].part;
  const after = await readEvents(await kontor.api(`/api/answers/${messageId}/stream`, { headers: { 'last-event-id': String(before.at(-1).id) } }, 'amsel'));
  const ids = [...before, ...after].map((event) => event.id);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
  expect(after.at(-1).part.type).toBe('finish');
  expect((await kontor.api(`/api/answers/${messageId}/stream`, {}, 'carvalho')).status).toBe(404);
});

it('stops when asked, and answers the next question', async () => {
  const conversation = await (await kontor.api('/api/conversations', { method: 'POST', body: '{}' }, 'amsel')).json();
  const body = JSON.stringify({ question: 'Explain in detail how remote work, working time and expenses are arranged for the staff.' });
  const response = await kontor.api(`/api/conversations/${conversation.id}/messages`, { method: 'POST', body }, 'amsel');
  let stopping;
  const events = await readEvents(response, (all) => {
    if (all.at(-1).part.type === 'data-sources') stopping ??= kontor.api(`/api/answers/${all[0].part.messageId}/stop`, { method: 'POST' }, 'amsel');
    return false;
  });
  // A stop that the server refuses would leave the answer to run to its end, which looks alike but for these two.
  expect((await stopping).status).toBe(204);
  expect(events.at(-1).part.type).toBe('abort');
  expect(events.find((event) => event.part.type === 'data-verification').part.data.status).toBe('stopped');
  const next = await readEvents(await kontor.api(`/api/conversations/${conversation.id}/messages`, { method: 'POST', body: JSON.stringify({ question: QUESTION }) }, 'amsel'));
  expect(next.at(-1).part.type).toBe('finish');
});

it('lists a broken PDF with its reason and imports the file beside it', async () => {
  const form = new FormData();
  form.append('files', new Blob(['%PDF-1.7 broken']), 'broken.pdf');
  form.append('files', new Blob(['# Lost property\n\nLost keys are kept at the gate for ninety days.\n']), 'lost.md');
  const { runId } = await (await fetchForm('/api/admin/uploads?corpus=samples', form)).json();
  const progress = async () => (await kontor.api(`/api/admin/imports/${runId}`)).json();
  await until(async () => (await progress()).state === 'finished', 60_000, () => new Error('the upload did not finish'));
  const { failures, parsed } = await progress();
  expect(parsed).toBe(1);
  expect(failures).toMatchObject([{ path: 'uploads/broken.pdf', code: expect.stringMatching(/^document\./) }]);
});

const fetchForm = (path, form) => fetch(kontor.baseUrl + path, { method: 'POST', body: form, headers: { authorization: kontor.authorization } });
