// What the program is compared with behind a web server: a small server in Node.js that does for each
// request what servers of such pages usually do. It knows no revisions, so it never answers 304.
//
// usage: node old_server.mjs PORT DIRECTORY

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const [port, directory] = process.argv.slice(2);
const file = path.join(directory, 'project-data.json');
const defaultTaskTypes = ['开发排期', '开发联调', '测试排期', '测试联调', '产品UAT', '上线']
    .map((name, i) => ({ id: String(i + 1), name, color: '#1890ff', enabled: true }));

function load() {
    const schedule = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (!Array.isArray(schedule.taskTypes) || schedule.taskTypes.length === 0)
        schedule.taskTypes = defaultTaskTypes;
    return schedule;
}

function save(body) {
    fs.writeFileSync(file, JSON.stringify(JSON.parse(body), null, 2));
    return { ok: true, message: '数据保存成功' };
}

function send(response, value) {
    const bytes = Buffer.from(JSON.stringify(value));
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes.length });
    response.end(bytes);
}

http.createServer((request, response) => {
    if (request.method === 'GET') {
        send(response, request.url === '/v1/ping' ? 'ok' : load());
        return;
    }
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => send(response, save(Buffer.concat(pieces).toString('utf8'))));
}).listen(Number(port), '127.0.0.1', 1024);
