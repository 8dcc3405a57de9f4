// Replaces every instance of every service, one after the other, by SIGTERM, while people search and ask and an administrator
// imports. Two of each service run behind load balancers that follow /health/ready and try nothing again. No request may
// fail, no answer may be lost. Loopback only.
//
//   node tests/faults/rolling-update.mjs [rounds, 1] [--no-kafka]
import { replace, settle, startBusyFirm } from './services/rolling.mjs';

const rounds = Number(process.argv[2] ?? 1) || 1;
const firm = await startBusyFirm({ people: 4, kafka: !process.argv.includes('--no-kafka') });
let faults = [];
try {
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of firm.names) {
      for (const service of firm.cluster.services[name]) {
        const startedMs = performance.now();
        await replace(firm.cluster, service);
        console.log(`round ${round}: ${name} at ${service.url} replaced in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
      }
    }
  }
  const settled = await settle(firm);
  faults = settled.faults;
  console.log(JSON.stringify(settled.counts));
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(faults.length > 0 ? 'faults were found' : 'no fault');
} finally {
  await firm.close();
}
process.exit(faults.length > 0 ? 1 : 0);
