import { KontorChat, type KontorChange } from './kontor-chat.js';

/** The page around the element: it keeps the address, the title and the browser's own colours in step. */
const idInAddress = (): string | null => /^#\/c\/([\w-]+)$/.exec(location.hash)?.[1] ?? null;

// Made here and not in the HTML, so that it cannot tell anything before this page listens.
const chat = new KontorChat();
chat.conversation = idInAddress();
addEventListener('hashchange', () => {
  chat.conversation = idInAddress();
});

let shown: string | null = null;
chat.addEventListener('kontor-change', (event) => {
  const { language, theme, conversation } = (event as CustomEvent<KontorChange>).detail;
  document.documentElement.lang = language;
  document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme;
  document.title = conversation === null || conversation.title === '' ? 'Kontor' : `${conversation.title} – Kontor`;
  const id = conversation?.id ?? null;
  // Until the conversation in the address has been loaded nothing is shown, and the address keeps it.
  if (id === shown) return;
  shown = id;
  chat.conversation = id;
  if (id !== idInAddress()) history.pushState(null, '', id === null ? location.pathname : `#/c/${id}`);
});

document.body.prepend(chat);
