import { config } from 'zod';

// The page's policy forbids code made from text, which zod would try first. Imported before every schema: they look when they are made.
config({ jitless: true });
