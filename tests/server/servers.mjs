// Real servers for the tests: lighttpd as scripts/serve starts it, and nginx with fcgiwrap as the README
// configures it, each on a free port with a data directory of its own.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export function temporaryDirectory() {
    const made = fs.mkdtempSync(path.join(os.tmpdir(), 'schedule-server-'));
    fs.chmodSync(made, 0o755);
    return made;
}

// By chance, below those that the kernel gives to clients, of which one may have it before a server does.
export async function freePort() {
    for (;;) {
        const port = 10000 + Math.floor(Math.random() * 22000);
        const server = net.createServer().listen(port, '::');
        const isFree = await once(server, 'listening').then(() => true, () => false);
        if (!isFree)
            continue;
        server.close();
        await once(server, 'close');
        return port;
    }
}

// A server that `serve(client, keep)` is given every connection of; its port. It goes with the test `t`, and with
// it all of the sockets that came or were given to `keep`.
export async function startTcpServer(t, serve) {
    const sockets = new Set();
    const keep = (socket) => {
        sockets.add(socket);
        return socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    };
    const server = net.createServer((client) => serve(keep(client), keep)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
        server.close();
        for (const socket of sockets)
            socket.destroy();
    });
    return server.address().port;
}

// The environment for a server: ours, without anything that would change its settings.
export function cleanEnvironment(settings) {
    const environment = { ...process.env };
    for (const name of Object.keys(environment)) {
        if (/^(SCHEDULE_|PG|AWS_|DATABASE_URL$|PORT$|_BYTEFAAS_|_FAAS_|GATEWAY_INTERFACE$|REQUEST_METHOD$)/.test(name))
            delete environment[name];
    }
    return { ...environment, ...settings };
}

// A child process whose output is kept. One with a process group of its own (`detached`) is told to end when we are
// killed.
export class Process {
    constructor(command, args, options) {
        const words = [...options.detached ? ['setpriv', '--pdeathsig', 'TERM'] : [], command, ...args];
        this.child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], ...options });
        this.output = '';
        this.log = '';
        this.child.stdout.setEncoding('utf8').on('data', (text) => { this.output += text; });
        this.child.stderr.setEncoding('utf8').on('data', (text) => { this.log += text; });
        this.exited = once(this.child, 'close').then(([code, signal]) => ({ code, signal }));
        this.running = true;
        this.exited.then(() => { this.running = false; });
    }

    async until(condition, what) {
        const deadline = Date.now() + 60000;
        while (!await condition()) {
            if (!this.running || Date.now() > deadline)
                throw new Error(`${what} did not happen\n${this.output}${this.log}`);
            await sleep(20);
        }
    }

    // Of scripts/serve, or run: until it has said the last that it says at its start.
    async untilServing() {
        await this.until(() => this.output.includes('Ctrl-C stops.'), 'the start');
    }

    async stop(signal = 'SIGTERM') {
        if (this.running)
            this.child.kill(signal);
        return this.exited;
    }

    // For a process started with `detached`: end all of its group, which fcgiwrap's children stay in.
    async stopGroup() {
        try {
            process.kill(-this.child.pid, 'SIGKILL');
        } catch {
            // It is gone already.
        }
        return this.exited;
    }
}

// What our page may do, by lighttpd.conf and by the README's nginx configuration.
export const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; " +
    "form-action 'self'; frame-ancestors 'self'";

// The addresses of the files that a built page names.
export function filesOf(page) {
    return [...page.matchAll(/ (?:href|src)="(\/[^"]+\.(?:js|css))"/g)].map(([, address]) => address);
}

// A log line arrives by a pipe of its own, perhaps after the answer. Waits until `read()` matches.
export async function logged(read, pattern) {
    for (const deadline = Date.now() + 10000; !pattern.test(read()); await sleep(10)) {
        if (Date.now() > deadline)
            throw new Error(`the log lacks ${pattern}:\n${read()}`);
    }
}

async function answers(port) {
    try {
        return (await request(port, 'GET', '/v1/ping')).status > 0;
    } catch {
        return false;
    }
}

// One request, its path sent as it is. `body` may be a string or bytes; `headers` decide how it is sent.
// The answer's body is left alone until `reading` is settled.
export function request(port, method, address, { headers = {}, body, host = '127.0.0.1', agent, reading } = {}) {
    return new Promise((resolve, reject) => {
        const sent = http.request({ host, port, method, path: address, headers, agent }, (response) => {
            const pieces = [];
            response.on('error', reject);
            Promise.resolve(reading).then(() => response.on('data', (piece) => pieces.push(piece)));
            response.on('end', () => {
                const bytes = Buffer.concat(pieces);
                resolve({
                    status: response.statusCode,
                    headers: response.headers,
                    bytes,
                    text: bytes.toString('utf8'),
                    get json() { return JSON.parse(this.text); },
                });
            });
        });
        sent.on('error', reject);
        sent.setTimeout(60000, () => sent.destroy(new Error(`${method} ${address}: no answer in a minute`)));
        sent.end(body);
    });
}

export function post(port, document, headers = {}) {
    const body = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
    return request(port, 'POST', '/api/data', {
        headers: { 'Content-Type': 'application/json', 'Content-Length': body.length, ...headers },
        body,
    });
}

// What stands in for a test where there is none, as in the benches: `end` stops what was started for it, the last first.
export function lifetimeMake() {
    const stops = [];
    return {
        after: (stop) => stops.push(stop),
        async end() {
            for (const stop of stops.reverse())
                await stop();
        },
    };
}

// lighttpd, as a user starts it, with what was built; `script` may be scripts/run, which builds first. Stops with the
// test `t`, if not before.
export async function startLighttpd(t, { settings = {}, port: wanted = null, script = 'scripts/serve' } = {}) {
    const directory = temporaryDirectory();
    const port = wanted ?? await freePort();
    const data = path.join(directory, 'data');
    const server = new Process(path.join(root, script), ['--port', String(port)],
        { env: cleanEnvironment({ SCHEDULE_DATA_DIR: data, ...settings }) });
    const stop = async () => {
        await server.stop('SIGINT');
        fs.rmSync(directory, { recursive: true, force: true });
    };
    t.after(stop);
    await server.untilServing();
    return { port, data, server, stop, get log() { return server.log; } };
}

// lighttpd with a changed copy of its configuration, started as the head of that says.
export async function startChangedLighttpd(t, change, { settings = {} } = {}) {
    const directory = temporaryDirectory();
    const port = await freePort();
    const data = path.join(directory, 'data');
    const configuration = path.join(directory, 'lighttpd.conf');
    fs.writeFileSync(configuration, change(fs.readFileSync(path.join(root, 'lighttpd.conf'), 'utf8')));
    const environment = cleanEnvironment({
        SCHEDULE_PORT: String(port), SCHEDULE_ADDRESS: '0.0.0.0', SCHEDULE_SECOND_SOCKET: `0.0.0.0:${port}`,
        SCHEDULE_DATA_DIR: data,
        SCHEDULE_PROGRAM: path.join(root, 'build/cgi/schedule.cgi'), SCHEDULE_DIST: path.join(root, 'dist'),
        SCHEDULE_WEB_ROOT: path.join(root, 'dist'), SCHEDULE_MAX_REQUEST_KIB: '32768',
        SCHEDULE_UPLOAD_DIR: path.join(data, 'upload'), SCHEDULE_ACCESS: '/dev/null', ...settings,
    });
    environment.PATH += ':/usr/sbin:/sbin';
    // As scripts/run: the program creates its directory.
    const first = spawnSync(environment.SCHEDULE_PROGRAM,
        { env: { ...environment, REQUEST_METHOD: 'HEAD' }, encoding: 'utf8' });
    fs.mkdirSync(path.join(data, 'upload'), { recursive: true });
    // With several workers it signals its whole process group.
    const server = new Process('lighttpd', ['-D', '-f', configuration], { env: environment, detached: true });
    t.after(async () => {
        await server.stop('SIGINT');
        await server.stopGroup();
        fs.rmSync(directory, { recursive: true, force: true });
    });
    await server.until(() => answers(port), 'the start of lighttpd');
    return { port, data, get log() { return first.stderr + server.log; } };
}

// What an installation consists of, copied to a place that every user can read.
export function install(target) {
    for (const name of ['scripts', 'dist', 'lighttpd.conf', 'build/cgi/schedule.cgi']) {
        fs.mkdirSync(path.dirname(path.join(target, name)), { recursive: true });
        fs.cpSync(path.join(root, name), path.join(target, name), { recursive: true });
    }
}

// The README's nginx configuration as it stands there.
export function readmeNginxConfiguration() {
    return /```nginx\n([\s\S]*?)```/.exec(fs.readFileSync(path.join(root, 'README.md'), 'utf8'))[1];
}

// With its paths and its port replaced by ours.
function nginxConfiguration(directory, port) {
    const installation = path.join(directory, 'installation');
    const changes = [
        [/listen 5000;/, `listen 127.0.0.1:${port};`],
        [/listen \[::\]:5000;/, ''],
        [/\/usr\/share\/schedule-cgi\/dist/, path.join(installation, 'dist')],
        [/\/usr\/libexec\/schedule-cgi/, path.join(installation, 'build/cgi')],
        [/\/run\/nginx\.pid/, path.join(directory, 'nginx.pid')],
        [/\/run\/schedule-fcgiwrap\.sock/, path.join(directory, 'fcgiwrap.sock')],
        [/\/var\/lib\/nginx/g, path.join(directory, 'nginx')],
    ];
    let text = readmeNginxConfiguration();
    for (const [what, by] of changes) {
        if (!text.match(what))
            throw new Error(`the README's nginx configuration has no ${what}`);
        text = text.replace(what, by);
    }
    return text;
}

// fcgiwrap as a person starts it.
function fcgiwrapByHand(socket) {
    return ['fcgiwrap', '-c', '8', '-s', `unix:${socket}`];
}

// As schedule-fcgiwrap.socket and schedule-fcgiwrap.service have systemd start it, for the programs in this directory.
export function fcgiwrapBySocket(socket, programs, environment) {
    const unit = fs.readFileSync(path.join(root, 'scripts/systemd/schedule-fcgiwrap.service'), 'utf8');
    const [, command] = /^ExecStart=(.*)$/m.exec(unit.replaceAll('\\\n', ''));
    const handed = Object.keys(environment).filter((name) => name.startsWith('SCHEDULE_'));
    return ['systemd-socket-activate', '-l', socket, ...handed.flatMap((name) => ['-E', name]),
        ...command.replaceAll('/usr/libexec/schedule-cgi', programs).trim().split(/\s+/)];
}

// `change` makes another configuration of the README's; `wrap` tells how fcgiwrap is started.
export async function startNginx(t, { settings = {}, change = (text) => text, wrap = fcgiwrapByHand } = {}) {
    const directory = temporaryDirectory();
    const port = await freePort();
    const data = path.join(directory, 'data');
    const socket = path.join(directory, 'fcgiwrap.sock');
    const configuration = path.join(directory, 'nginx.conf');
    const installation = path.join(directory, 'installation');
    install(installation);
    fs.mkdirSync(path.join(directory, 'nginx'));
    fs.writeFileSync(configuration, change(nginxConfiguration(directory, port)));
    const environment = cleanEnvironment({ SCHEDULE_DATA_DIR: data, ...settings });
    environment.PATH += ':/usr/sbin:/sbin';
    const started = [];
    t.after(async () => {
        for (const server of started)
            await server.stopGroup();
        fs.rmSync(directory, { recursive: true, force: true });
    });
    const [command, ...words] = wrap(socket, path.join(installation, 'build/cgi'), environment);
    const wrapper = new Process(command, words, { env: environment, detached: true });
    started.push(wrapper);
    await wrapper.until(() => fs.existsSync(socket), 'the start of fcgiwrap');
    fs.chmodSync(socket, 0o666); // nginx's workers run as somebody else when it is started by root
    const server = new Process('nginx', ['-e', 'stderr', '-p', directory, '-c', configuration, '-g', 'daemon off;'],
        { env: environment, detached: true });
    started.push(server);
    await server.until(() => answers(port), 'the start of nginx');
    return { port, data, get log() { return server.log + wrapper.log; } };
}

// How many processes of the program work on this data directory now.
export function programCount(data) {
    let count = 0;
    for (const entry of fs.readdirSync('/proc')) {
        try {
            count += /^\d+$/.test(entry) &&
                fs.readFileSync(`/proc/${entry}/comm`, 'utf8').startsWith('schedule.cgi') &&
                fs.readFileSync(`/proc/${entry}/environ`, 'utf8').includes(`SCHEDULE_DATA_DIR=${data}\0`);
        } catch {
            // It is gone again.
        }
    }
    return count;
}
