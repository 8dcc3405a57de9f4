import { Command } from 'commander';
import { z } from 'zod';
import { withAdministration } from '../connect.js';
import { printJson, printLine } from '../output.js';

const Report = z.object({
  healthy: z.boolean(),
  checks: z.array(z.object({ name: z.string(), state: z.enum(['ok', 'warning', 'failed']), text: z.string(), mend: z.string().nullable() })),
});

const MARK = { ok: 'ok  ', warning: 'warn', failed: 'FAIL' } as const;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what runs, what is missing and which command mends it.')
    .option('--json', 'print the report as JSON')
    .action(async (options: { json?: boolean }) => {
      const report = await withAdministration((client) => client.get('/api/admin/doctor', Report));
      if (options.json) printJson(report);
      else {
        for (const check of report.checks) {
          printLine(`${MARK[check.state]}  ${check.name}: ${check.text}`);
          if (check.mend !== null) printLine(`      → ${check.mend}`);
        }
      }
      if (!report.healthy) process.exitCode = 1;
    });
}
