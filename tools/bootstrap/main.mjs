// The first thing that runs on a fresh machine: it may use nothing but Node itself, from version 20 on.
// This file is kept to syntax that older versions read, so that they get a sentence and not a stack.
const NODE_MAJOR_MIN = 20;

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  console.error(
    'Kontor needs Node ' + NODE_MAJOR_MIN + ' or newer and this is ' + process.versions.node +
      ': install a current version from https://nodejs.org and run the command again.',
  );
  process.exit(1);
}

const { runCommand } = await import('./commands.mjs');
process.exitCode = await runCommand(process.argv.slice(2));
