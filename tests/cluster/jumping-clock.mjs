// Loaded into a service before anything else: its clock jumps by so many milliseconds, there and back, as often as it is told to.
const RealDate = Date;
const jumpMs = Number(process.env.JUMP_MS);
let offsetMs = 0;
process.on('SIGUSR2', () => (offsetMs = offsetMs === 0 ? jumpMs : 0));

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [RealDate.now() + offsetMs] : parts));
  }

  static now() {
    return RealDate.now() + offsetMs;
  }
};
