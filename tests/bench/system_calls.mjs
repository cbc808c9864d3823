// The system calls of a small load and of one that is answered 304, each with the reason for it, as a
// Markdown table. The reasons are in system_calls.txt. A call without a reason and a reason without a call
// are errors.
//
// usage: node system_calls.mjs PROGRAM

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { withSmallLoads } from './stored_schedule.mjs';

const reasonsFile = new URL('system_calls.txt', import.meta.url);

// The calls that the program makes, in order, without their results.
function callsOf(program, environment, status) {
    const trace = `${environment.SCHEDULE_DATA_DIR}.trace`;
    // Node.js gives its children sockets; web servers give them pipes.
    const run = spawnSync('sh', ['-c', 'strace -qq -f -o "$1" "$2" | cat', 'sh', trace, program],
        { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
    try {
        if (run.status !== 0 || !run.stdout.startsWith(`Status: ${status}`))
            throw new Error(`${program} under strace: ${run.error ?? ''}${run.stderr}${run.stdout}`);
        return fs.readFileSync(trace, 'utf8').split('\n')
            .map((line) => /^\d+ +(\w+\(.*)$/.exec(line)?.[1]).filter(Boolean)
            .map((call) => call.replaceAll(environment.SCHEDULE_DATA_DIR, '<data>'));
    } finally {
        fs.rmSync(trace, { force: true });
    }
}

// Lines of "<regular expression> <two spaces or more> <reason>".
function reasonsRead() {
    return fs.readFileSync(reasonsFile, 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
        .map((line) => {
            const [, pattern, reason] = /^(\S.*?) {2,}(\S.*)$/.exec(line) ?? [];
            if (!reason)
                throw new Error(`no reason in the line: ${line}`);
            return { pattern, matcher: new RegExp(`^${pattern}`), reason, counts: [0, 0] };
        });
}

function table(program, load, conditional) {
    const reasons = reasonsRead();
    const faults = [];
    for (const [which, calls] of [callsOf(program, load, 200), callsOf(program, conditional, 304)].entries()) {
        for (const call of calls) {
            const found = reasons.find(({ matcher }) => matcher.test(call));
            if (found)
                found.counts[which] += 1;
            else
                faults.push(`a call without a reason: ${call}`);
        }
    }
    for (const { pattern, counts } of reasons) {
        if (counts[0] + counts[1] === 0)
            faults.push(`a reason without a call: ${pattern}`);
    }
    if (faults.length > 0)
        throw new Error(`${faults.join('\n')}\n(see ${reasonsFile.pathname})`);
    const plain = (pattern) => pattern.replaceAll('\\', '').replaceAll('.*', '…');
    const sum = (which) => reasons.reduce((total, { counts }) => total + counts[which], 0);
    return ['| system call | GET of 1 KB | 304 | why |', '|---|---|---|---|',
        ...reasons.map(({ pattern, reason, counts }) => `| \`${plain(pattern)}\` | ${counts.join(' | ')} | ${reason} |`),
        `| all | ${sum(0)} | ${sum(1)} | |`].join('\n');
}

try {
    console.log(withSmallLoads(process.argv[2], (load, conditional) => table(process.argv[2], load, conditional)));
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
