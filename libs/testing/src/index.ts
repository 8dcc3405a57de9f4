export { openWorld, type World } from './world.js';
