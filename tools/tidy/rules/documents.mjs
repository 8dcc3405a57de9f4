const projectPath = /^(apps|libs|tools|tests|docs|samples|deploy)\/[\w@./-]+$/;
const linkPattern = /\]\(([^)\s]+)\)/g;
const codePattern = /`([^`\s]+)`/g;

/** Paths that a document names exist: a reader follows them. Paths with a placeholder (`*`, `<name>`, `…`) are not paths. */
export function* documents(tree) {
  for (const file of tree.documents) {
    const folder = file.split('/').slice(0, -1).join('/');
    for (const [index, line] of tree.text(file).split('\n').entries()) {
      for (const path of [...codePaths(line, folder), ...links(line, folder)]) {
        if (!tree.known.has(path)) yield { file, line: index + 1, message: `names ${path}, which does not exist: correct or delete it.` };
      }
    }
  }
}

function codePaths(line, folder) {
  return [...line.matchAll(codePattern)]
    .map(([, text]) => text.replace(/[:#].*$/, '').replace(/\/$/, ''))
    .filter((text) => isPath(text, folder) && !/(^|\/)(dist|node_modules)(\/|$)/.test(text))
    .map((text) => (projectPath.test(text) ? text : resolve(folder, text)));
}

// In a project's README `src/…` means that project.
function isPath(text, folder) {
  return projectPath.test(text) || (/^src\/[\w./-]+$/.test(text) && /^(libs|apps)\//.test(folder));
}

function links(line, folder) {
  return [...line.matchAll(linkPattern)]
    .map(([, target]) => target.replace(/#.*$/, ''))
    .filter((target) => target && !/^(\w+:|\/)/.test(target))
    .map((target) => resolve(folder, decodeURIComponent(target)).replace(/\/$/, ''));
}

function resolve(folder, path) {
  return new URL(path, `file:///${folder ? `${folder}/` : ''}`).pathname.slice(1);
}
