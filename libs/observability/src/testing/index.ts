export { startTraceReceiver, type ReceivedSpan, type TraceReceiver } from './trace-receiver.js';
