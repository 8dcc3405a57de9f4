import { chooseLanguage, type Language } from '../texts/index.js';
import type { Theme } from './state.js';

const LANGUAGE = 'kontor.language';
const THEME = 'kontor.theme';

export function rememberedLanguage(): Language {
  return chooseLanguage(read(LANGUAGE), navigator.languages);
}

export function rememberedTheme(): Theme {
  const theme = read(THEME);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export const rememberLanguage = (language: Language): void => write(LANGUAGE, language);
export const rememberTheme = (theme: Theme): void => write(THEME, theme);

// A browser may forbid storage altogether; the page then works and forgets.
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    return;
  }
}
