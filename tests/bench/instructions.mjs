// How many instructions a small load and a 304 take in user space, beside a process that does nothing, as
// a Markdown table. They are counted by valgrind, so that another day or another load of the machine
// gives the same numbers.
//
// usage: node instructions.mjs EMPTY PROGRAM

import { spawnSync } from 'node:child_process';
import { withSmallLoads } from './stored_schedule.mjs';

function instructionsOf(program, environment, start = '') {
    const run = spawnSync('valgrind', ['--tool=callgrind', '--callgrind-out-file=/dev/null', program],
        { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    const [, collected] = /Collected : (\d+)/.exec(run.stderr ?? '') ?? [];
    if (run.status !== 0 || !collected || !run.stdout.startsWith(start))
        throw new Error(`${program} under valgrind: ${run.error ?? ''}${run.stderr}${run.stdout}`);
    return collected;
}

const [empty, program] = process.argv.slice(2);
withSmallLoads(program, (load, conditional) => {
    console.log('| | empty process | GET of 1 KB | 304 |\n|---|---|---|---|');
    console.log(`| instructions | ${instructionsOf(empty, {})} | ${instructionsOf(program, load, 'Status: 200')} | `
        + `${instructionsOf(program, conditional, 'Status: 304')} |`);
});
