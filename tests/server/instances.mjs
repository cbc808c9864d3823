// Several instances of the whole system on one store, and the programs by themselves.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { Process, cleanEnvironment, freePort, root, startLighttpd, startTcpServer, temporaryDirectory } from './servers.mjs';

// Hand connections to the servers on these ports in turns, as what balances load between machines does.
function startBalancer(t, ports) {
    let turn = 0;
    return startTcpServer(t, (client, keep) => {
        const instance = keep(net.connect(ports[turn++ % ports.length], '127.0.0.1'));
        for (const [from, to] of [[client, instance], [instance, client]])
            from.on('error', () => to.destroy()).pipe(to);
    });
}

// Two instances, each of scripts/serve's, behind one port.
export async function startInstances(t, settings) {
    const instances = [await startLighttpd(t, { settings }), await startLighttpd(t, { settings })];
    const port = await startBalancer(t, instances.map((instance) => instance.port));
    return { port, get log() { return instances.map((instance) => instance.log).join(''); } };
}

// One request to a program without a web server: its answer, its log, and how long it took.
export async function ask(name, settings, { method = 'GET', address = '/data', query = '', body, variables = {} } = {}) {
    const started = performance.now();
    const child = spawn(path.join(root, 'build/cgi', name), {
        env: cleanEnvironment({
            ...settings, ...variables, REQUEST_METHOD: method, PATH_INFO: address, QUERY_STRING: query,
            GATEWAY_INTERFACE: 'CGI/1.1',
            ...body !== undefined && { CONTENT_LENGTH: String(Buffer.byteLength(body)), CONTENT_TYPE: 'application/json' },
        }),
    });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'])
        child[stream].setEncoding('utf8').on('data', (text) => { output[stream] += text; });
    child.stdin.on('error', () => {}); // who refuses a request need not read it
    child.stdin.end(body ?? '');
    const [code, signal] = await once(child, 'close');
    const end = output.stdout.indexOf('\n\n');
    const [, status] = /^Status: (\d+)/.exec(output.stdout) ?? [];
    const headers = Object.fromEntries([...output.stdout.slice(0, end).matchAll(/^([A-Za-z-]+): (.*)$/gm)]
        .map(([, key, value]) => [key.toLowerCase(), value]));
    return {
        code, signal, status: Number(status), headers, text: output.stdout.slice(end + 2), log: output.stderr,
        milliseconds: performance.now() - started,
        get json() { return JSON.parse(this.text); },
    };
}

// The README's commands that start the system with this store, after `change`. Stops with the test.
export async function startAsDescribed(t, store, change) {
    const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
    const [, block] = new RegExp(`\`\`\`sh\\n(export SCHEDULE_STORE=${store} [\\s\\S]*?)\`\`\``).exec(readme);
    const port = await freePort();
    const server = new Process('bash', ['-c', change(block).replace(/^scripts\/run$/m, `exec scripts/run --port ${port}`)],
        { cwd: root, env: cleanEnvironment({}) });
    t.after(() => server.stop('SIGINT'));
    await server.untilServing();
    return { port };
}

// A server that takes connections and never says a word.
export function startSilence(t) {
    return startTcpServer(t, () => {});
}

// An empty data directory, which goes with the test.
export function dataDirectory(t) {
    const directory = temporaryDirectory();
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    return path.join(directory, 'data');
}
