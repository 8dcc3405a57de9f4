export { describeEventBus, type EventBusHarness } from './event-bus.suite.js';
