export { openWorld, type World } from './world.js';
export { runMain, type RunningMain } from './run-main.js';
