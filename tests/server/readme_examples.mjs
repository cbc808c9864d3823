// The README's examples: what its console blocks let a reader type, and what they say comes of it.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { cleanEnvironment, root } from './servers.mjs';

export const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');

// [{command, output}] of every console block.
export function examples() {
    const found = [];
    for (const [, block] of readme.matchAll(/```console\n([\s\S]*?)```/g)) {
        for (const part of block.split(/^\$ /m).slice(1)) {
            const end = part.indexOf('\n');
            found.push({ command: part.slice(0, end), output: part.slice(end + 1) });
        }
    }
    return found;
}

export function shell(command, settings) {
    return spawnSync('bash', ['-c', command],
        { cwd: root, encoding: 'utf8', env: cleanEnvironment(settings) });
}

// What the command of an example prints where the server is on this port, and what it should.
export function exampleRun({ command, output }, port, settings) {
    const done = shell(command.replaceAll('localhost:5000', `localhost:${port}`), settings);
    return { printed: done.stdout.replaceAll('\r', '').trimEnd(), wanted: output.trimEnd() };
}
