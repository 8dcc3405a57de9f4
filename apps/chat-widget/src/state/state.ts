import type { Conversation, FeedbackEntry, ImportProgress, Passage, Session } from '@kontor/contracts';
import type { Turn } from '../answer/answer.js';
import type { Language } from '../texts/index.js';

export type Theme = 'system' | 'light' | 'dark';
export type Width = 'narrow' | 'medium' | 'wide';

export interface Problem {
  code: string;
  detail: string;
}

/** The document beside the conversation; `start` and `end` are the passage that the person asked to see. */
export interface OpenDocument {
  id: string;
  title: string;
  headingPath: string[];
  page: number | null;
  start: number;
  end: number;
  passage: Passage | null;
}

/** Everything that the page shows. Replaced, never changed, so that a view can tell by identity what is new. */
export interface State {
  language: Language;
  theme: Theme;
  width: Width;
  view: 'chat' | 'documents' | 'feedback';
  drawerOpen: boolean;
  session: Session | null;
  conversations: readonly Conversation[];
  conversation: Conversation | null;
  /** Conversation whose deletion waits for a second click. */
  removing: string | null;
  /** Where the next new conversation searches; null is everywhere. */
  corpus: string | null;
  draft: string;
  turns: readonly Turn[];
  /** The turn that ran while the person was here: only its answer is read out. */
  liveTurn: string | null;
  connectionLive: boolean;
  stopping: boolean;
  document: OpenDocument | null;
  /** The turn whose answer the person is saying something of, or has just said it. */
  judging: { turn: string; step: 'form' | 'thanks' } | null;
  problem: Problem | null;
  feedback: readonly FeedbackEntry[];
  imports: readonly ImportProgress[];
  files: readonly File[];
  uploading: boolean;
}

export const initialState = (language: Language, theme: Theme): State => ({
  language,
  theme,
  width: 'wide',
  view: 'chat',
  drawerOpen: false,
  session: null,
  conversations: [],
  conversation: null,
  removing: null,
  corpus: null,
  draft: '',
  turns: [],
  liveTurn: null,
  connectionLive: true,
  stopping: false,
  document: null,
  judging: null,
  problem: null,
  feedback: [],
  imports: [],
  files: [],
  uploading: false,
});

const MEDIUM_PX_MIN = 720;
const WIDE_PX_MIN = 1_080;

export const widthOf = (px: number): Width => (px < MEDIUM_PX_MIN ? 'narrow' : px < WIDE_PX_MIN ? 'medium' : 'wide');

/** The list of conversations gives way where a document would leave no room to read. */
export const hasDrawer = (state: State): boolean => state.width === 'narrow' || (state.width === 'medium' && state.document !== null);
