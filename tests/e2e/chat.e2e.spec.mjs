import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { faintTexts } from './contrast.mjs';
import { openBrowser, readEvents, startKontor } from './kontor.mjs';

let kontor;
let browser;
let complaints = [];

beforeAll(async () => {
  kontor = await startKontor();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await kontor?.stop();
});
// Whatever a browser complains about is a fault: a policy that was hurt, a script that broke.
afterEach(() => {
  const said = complaints;
  complaints = [];
  expect(said).toEqual([]);
});

async function signIn(name, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(kontor.baseUrl);
  await page.getByRole('button', { name }).click();
  await page.locator('#ask').waitFor();
  return page;
}

async function ask(page, question) {
  await page.locator('#ask').fill(question);
  await page.locator('#ask').press('Enter');
}

const answered = (page) => page.getByText(/[Ss]upported by documents|Not found/).first().waitFor({ timeout: 300_000 });
const shownBy = (page) => page.locator('kontor-chat').evaluate((element) => element.shadowRoot.textContent);
const focused = (page) => page.evaluate(() => document.querySelector('kontor-chat').shadowRoot.activeElement?.id);
const startConversation = async (person) => (await (await kontor.api('/api/conversations', { method: 'POST', body: '{}' }, person)).json()).id;
const post = (conversation, question, person) => kontor.api(`/api/conversations/${conversation}/messages`, { method: 'POST', body: JSON.stringify({ question }) }, person);
const QUESTION = 'Where will production move, and when?';

it('brings all documents of the sample firm in, each with a vector', async () => {
  const [run] = await (await kontor.api('/api/admin/imports')).json();
  expect(run).toMatchObject({ state: 'finished', failed: 0, failures: [] });
  expect(run.parsed).toBe(run.files);
  expect(run.parsed).toBeGreaterThanOrEqual(40);
  expect(run.embedded).toBe(run.chunks);
});

it('answers from documents that the person may read, reads the answer out, and opens a citation at its passage', async () => {
  const page = await signIn(/Amsel/);
  await ask(page, QUESTION);
  await answered(page);
  const answer = await page.locator('.answer-text .claim').first().textContent();
  expect(await page.getByRole('log').textContent()).toContain(answer.trim());
  await page.locator('button.cite').first().click();
  const mark = page.locator('mark').first();
  await mark.waitFor();
  expect((await mark.textContent()).length).toBeGreaterThan(10);
  await expect.poll(() => mark.evaluate((element) => { const { top } = element.getBoundingClientRect(); return top > 0 && top < innerHeight; })).toBe(true);
  expect(await faintTexts(page)).toEqual([]);
  await page.close();
});

it('takes what a person says of an answer, keeps it, and shows it to an administrator without name and answer', async () => {
  const page = await signIn(/Brehm/);
  const question = 'How many days of leave do I have?';
  await ask(page, question);
  await answered(page);
  const pressed = (name) => page.getByRole('button', { name, exact: true, pressed: true });
  await page.getByRole('button', { name: 'Helpful', exact: true }).click();
  await pressed('Helpful').waitFor();
  await page.getByRole('button', { name: 'Not helpful' }).click();
  await page.getByLabel('Incomplete').check();
  await page.getByLabel('Remark').fill('And in the first year?');
  await page.getByLabel('Send my question along').check();
  await page.locator('.judgement').getByRole('button', { name: 'Send' }).press('Enter');
  await page.getByText('Thank you for the feedback.').waitFor();
  // The form has gone, and the keyboard is where it was opened.
  expect(await page.evaluate(() => document.querySelector('kontor-chat').shadowRoot.activeElement?.dataset.verdict)).toBe('unhelpful');
  const answer = await page.locator('.answer-text').textContent();
  await page.reload();
  await pressed('Not helpful').waitFor();
  expect(await faintTexts(page)).toEqual([]);

  const administrator = await signIn(/Thiele/);
  await administrator.getByRole('button', { name: 'Feedback' }).click();
  await administrator.getByText('Not helpful: Incomplete').waitFor();
  const shown = await shownBy(administrator);
  for (const word of [question, 'And in the first year?']) expect(shown).toContain(word);
  for (const word of [answer.trim(), 'Brehm']) expect(shown).not.toContain(word);
  expect(await faintTexts(administrator)).toEqual([]);
  await administrator.close();

  await page.getByRole('button', { name: 'Not helpful' }).click();
  await expect.poll(() => pressed('Not helpful').count()).toBe(0);
  await expect.poll(async () => (await kontor.api('/api/admin/feedback')).json()).toEqual([]);
  await page.close();
});

it('shows another person nothing of what only the management may read', async () => {
  const page = await signIn(/Carvalho/);
  await ask(page, QUESTION);
  await answered(page);
  const text = await shownBy(page);
  expect(text).not.toContain('Weißenfels');
  expect(text).not.toMatch(/Belfry/i);
  await page.close();
});

it('shows a document with its headings and tables, and is left and entered by keyboard alone', async () => {
  const page = await signIn(/Okafor/, { colorScheme: 'dark' });
  await page.locator('#ask').fill('What may a hotel in London');
  await page.locator('#ask').press('Shift+Enter');
  await page.locator('#ask').pressSequentially('cost per night?');
  expect(await page.locator('#ask').inputValue()).toBe('What may a hotel in London\ncost per night?');
  await page.locator('#ask').press('Enter');
  const source = page.locator('.source', { hasText: 'Hotels' }).first();
  await source.focus();
  await source.press('Enter');
  await page.locator('.laid-out').waitFor();
  await expect.poll(() => focused(page)).toBe('document-title');
  expect(await page.locator('.laid-out th').allTextContents()).toEqual(['Place', 'Ceiling']);
  expect(await page.locator('.laid-out td mark').allTextContents()).toContain('190 euros');
  expect(await page.locator('.laid-out').textContent()).not.toMatch(/##|\|\s*---|^---/m);
  expect(await faintTexts(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.locator('.document').waitFor({ state: 'detached' });
  expect(await source.evaluate((element) => element.getRootNode().activeElement === element)).toBe(true);
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Stopped before the end.').first().waitFor({ timeout: 60_000 });
  await page.close();
});

it('says in the language of the question that nothing was found', async () => {
  const events = await readEvents(await post(await startConversation('brehm'), 'Welche Farbe hat der Dienstwagen des Papstes in Rom?', 'brehm'));
  const types = events.map((event) => event.part.type);
  expect(types.at(-1)).toBe('finish');
  // The worker's beginning is the last word on the queue: the page then says that it is being read, not waited for.
  expect(events.filter((event) => event.part.type === 'data-queue').at(-1).part.data.position).toBe(0);
  expect(types.indexOf('data-sources')).toBeLessThan(types.indexOf('text-delta'));
  expect(events.find((event) => event.part.type === 'data-verification').part.data.status).toBe('abstained');
  const text = events.reduce((all, { part }) => (part.type === 'data-replace' ? part.data.text : all + (part.delta ?? '')), '');
  expect(text).toMatch(/nicht/);
});

it('goes on where a dropped connection broke off, without a gap and without a repetition', async () => {
  const dropped = await post(await startConversation('amsel'), QUESTION, 'amsel');
  const before = await readEvents(dropped, (events) => events.length >= 2);
  const { messageId } = before[0].part;
  const after = await readEvents(await kontor.api(`/api/answers/${messageId}/stream`, { headers: { 'last-event-id': String(before.at(-1).id) } }, 'amsel'));
  const ids = [...before, ...after].map((event) => event.id);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
  expect(after.at(-1).part.type).toBe('finish');
  expect((await kontor.api(`/api/answers/${messageId}/stream`, {}, 'carvalho')).status).toBe(404);
});

it('stops when asked, and answers the next question', async () => {
  const conversation = await startConversation('amsel');
  const response = await post(conversation, 'Explain in detail how remote work, working time and expenses are arranged for the staff.', 'amsel');
  let stopping;
  const events = await readEvents(response, (all) => {
    if (all.at(-1).part.type === 'data-sources') stopping ??= kontor.api(`/api/answers/${all[0].part.messageId}/stop`, { method: 'POST' }, 'amsel');
    return false;
  });
  // A stop that the server refuses would leave the answer to run to its end, which looks alike but for these two.
  expect((await stopping).status).toBe(204);
  expect(events.at(-1).part.type).toBe('abort');
  expect(events.find((event) => event.part.type === 'data-verification').part.data.status).toBe('stopped');
  const next = await readEvents(await post(conversation, QUESTION, 'amsel'));
  expect(next.at(-1).part.type).toBe('finish');
});

it('lists a broken PDF with its reason, in the language of the page, and imports the file beside it', async () => {
  const page = await signIn(/Thiele/, { locale: 'de-DE' });
  await page.getByRole('button', { name: 'Dokumente', exact: true }).click();
  await page.locator('input[type=file]').setInputFiles([
    { name: 'broken.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 broken') },
    { name: 'lost.md', mimeType: 'text/markdown', buffer: Buffer.from('# Lost property\n\nLost keys are kept at the gate for ninety days.\n') },
  ]);
  await page.getByRole('button', { name: 'Hinzufügen' }).click();
  const run = page.locator('.run').first();
  await run.getByText('broken.pdf').waitFor({ timeout: 60_000 });
  expect(await run.locator('.failures li').allTextContents()).toEqual([expect.stringMatching(/uploads\/broken\.pdf Das Ende der Datei fehlt.*document\.truncated/)]);
  await run.getByText('Fertig').waitFor({ timeout: 60_000 });
  expect(await faintTexts(page)).toEqual([]);
  const [{ parsed, failed }] = await (await kontor.api('/api/admin/imports')).json();
  expect({ parsed, failed }).toEqual({ parsed: 1, failed: 1 });
  await page.close();
});

it('fits a telephone: nothing is cut off at the side, and nothing moves for those who asked for calm', async () => {
  const page = await signIn(/Brehm/, { locale: 'de-DE', viewport: { width: 390, height: 844 }, reducedMotion: 'reduce', colorScheme: 'dark' });
  await ask(page, 'Wie viele Tage Urlaub habe ich?');
  await page.locator('.source').first().waitFor();
  const moving = () => page.evaluate(() => document.querySelector('kontor-chat').shadowRoot.getAnimations().length);
  expect(await moving()).toBe(0);
  const width = () => page.evaluate(() => document.querySelector('kontor-chat').shadowRoot.querySelector('.app').scrollWidth);
  expect(await width()).toBeLessThanOrEqual(390);
  await page.locator('.source').first().click();
  await page.locator('.laid-out').waitFor();
  expect(await width()).toBeLessThanOrEqual(390);
  expect(await faintTexts(page)).toEqual([]);
  await page.close();
});
