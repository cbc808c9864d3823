// Real stores for the tests: PostgreSQL, and servers of S3, each in a directory of its own. They
// end with the test that they are started for, if not before, and with this process even if it is
// killed.

import fs from 'node:fs';
import path from 'node:path';

import { Process, root, temporaryDirectory } from './servers.mjs';

// The lines that a script of tests/support prints.
async function run(script, ...args) {
    const started = new Process(path.join(root, 'tests/support', script), args,
        { env: { ...process.env, OWNER_PID: String(process.pid) } });
    const { code, signal } = await started.exited;
    if (code !== 0)
        throw new Error(`${script} ${args.join(' ')}: ${signal ?? code}\n${started.log}`);
    return started.output.split('\n').slice(0, -1);
}

async function start(t, script, ...options) {
    const directory = temporaryDirectory();
    const stop = async (...how) => {
        await run(script, 'stop', directory, ...how);
        fs.rmSync(directory, { recursive: true, force: true });
    };
    t.after(() => stop());
    const lines = await run(script, 'start', directory, ...options);
    return { directory, lines, stop };
}

// `url` is of a Unix socket that everybody may use; `tcpUrl`, with `tcp`, has a password that
// counts.
export async function startPostgres(t, { tcp = false } = {}) {
    const { directory, lines, stop } = await start(t, 'postgres_server', ...tcp ? ['tcp'] : []);
    const [url, tcpUrl] = lines;
    const read = (name) => fs.readFileSync(path.join(directory, name), 'utf8');
    const pid = Number.parseInt(read('data/postmaster.pid'), 10);
    return {
        directory, url, tcpUrl, pid,
        get log() { return read('log'); },
        // 'immediate' is like a crash.
        stop,
        // SIGSTOP keeps everybody waiting who wants to connect, until SIGCONT.
        kill: (signal = 'SIGKILL') => process.kill(pid, signal),
    };
}

// What a server of S3 is asked with. `tlsEndpoint` and `ca`, a file, are there with `tls`.
export async function startS3(t, { tls = false } = {}) {
    const { directory, lines, stop } = await start(t, 's3_server', ...tls ? ['tls'] : []);
    const [endpoint, key, secret] = lines[0].split(' ');
    const [tlsEndpoint, ca] = lines[1]?.split(' ') ?? [];
    const tell = (command) => (...args) => run('s3_server', command, directory, ...args);
    return {
        directory, endpoint, key, secret, tlsEndpoint, ca, stop,
        bucket: tell('bucket'),
        freeze: tell('freeze'),
        thaw: tell('thaw'),
        suspend: tell('suspend'),
        enable: tell('enable'),
        // "PUT /bucket/key 200", in the order of the answers
        requests: tell('requests'),
    };
}

// It has no conditional writes.
export async function startSwift(t) {
    const { directory, lines, stop } = await start(t, 'swift_server');
    const [endpoint, key, secret] = lines[0].split(' ');
    return { directory, endpoint, key, secret, stop };
}
