import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetchOnce, hashFolder } from './cache.mjs';
import { findProgram, runProgram } from './programs.mjs';

const FETCH_MS_MAX = 300_000;
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';

/**
 * The class path of a server from Maven packages, fetched once through mvn and kept.
 * `packages` are `group:artifact:version`; with `transitive` also what they depend on. `sha256` is that of the whole folder.
 */
export async function fetchJars({ name, packages, transitive = false, sha256 }) {
  const folder = await fetchOnce(name, async (draft) => {
    const maven = findProgram('mvn');
    writeFileSync(join(draft, 'pom.xml'), describe(packages, transitive));
    await runProgram(maven, ['--batch-mode', '--quiet', PLUGIN, '-DincludeScope=runtime', `-DoutputDirectory=${join(draft, 'lib')}`], { cwd: draft, timeoutMs: FETCH_MS_MAX });
    const found = await hashFolder(join(draft, 'lib'));
    if (found !== sha256) throw new Error(`What mvn fetched for ${name} is not what is expected: its hash is ${found}.`);
    rmSync(join(draft, 'pom.xml'));
  });
  return join(folder, 'lib', '*');
}

function describe(packages, transitive) {
  const exclusions = transitive ? '' : '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
  const dependencies = packages.map((coordinates) => {
    const [group, artifact, version] = coordinates.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${exclusions}</dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>kontor</groupId><artifactId>server</artifactId><version>1</version><dependencies>${dependencies.join('')}</dependencies></project>`;
}
