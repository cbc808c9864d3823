// Two tabs of one browser: each has a document of its own, but they share the cookie.

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import { post, request } from './servers.mjs';
import { randomNumbers } from './stale_clients.mjs';

const collections = ['projects', 'tasks', 'pmos'];

// What a browser does for all of its tabs.
class Browser {
    constructor(port) {
        this.port = port;
        this.cookie = undefined;
        this.posted = new Set();
    }

    headers() {
        return { Origin: `http://127.0.0.1:${this.port}`, ...(this.cookie && { Cookie: this.cookie }) };
    }

    cookieTake(answer) {
        this.cookie = answer.headers['set-cookie'][0].split(';')[0];
    }

    async load() {
        const answer = await request(this.port, 'GET', '/api/data', { headers: this.headers() });
        assert.equal(answer.status, 200, answer.text);
        this.cookieTake(answer);
        return answer.json;
    }

    async save(document) {
        this.posted.add(JSON.stringify(document));
        const answer = await post(this.port, document, this.headers());
        assert.equal(answer.status, 200, answer.text);
        this.cookieTake(answer);
    }
}

class Tab {
    constructor(browser, name, random) {
        this.browser = browser;
        this.name = name;
        this.random = random;
        this.edits = 0;
    }

    async load() {
        this.document = await this.browser.load();
    }

    add() {
        this.document[this.random.pick(collections)].push({ id: `${this.name}-${++this.edits}`, name: this.name });
    }

    // Add something, change what perhaps the other tab has, or take something away.
    edit() {
        const list = this.document[this.random.pick(collections)];
        const item = this.random.pick(list);
        this.edits++;
        if (item === undefined || this.random.chance(0.4))
            this.add();
        else if (this.random.chance(0.7) || item.id === 'project-1')
            item.name = `${this.name} ${this.edits}`;
        else
            list.splice(list.indexOf(item), 1);
    }

    save() {
        return this.browser.save(structuredClone(this.document));
    }
}

function checkContains(stored, posted) {
    for (const name of collections) {
        for (const item of posted[name])
            assert.ok(stored[name].some((one) => isDeepStrictEqual(one, item)),
                `${JSON.stringify(item)} of ${name} is not stored: ${JSON.stringify(stored[name])}`);
    }
}

async function keptTexts(port) {
    const { backups } = (await request(port, 'GET', '/api/backups')).json;
    const addresses = ['/api/data', ...backups.map(({ revision }) => `/api/backups/${revision}`)];
    const answers = await Promise.all(addresses.map((address) => request(port, 'GET', address)));
    return new Set(answers.map((answer) => JSON.stringify(answer.json)));
}

// A third client's additions make the saves of the tabs be merged, and not only replace each other.
function othersSave(port, number) {
    return request(port, 'POST', '/api/data/tasks', {
        headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ id: `other-${number}` }),
    });
}

// Of saves at once the cookie names either, so that what the other one lacked can seem to be taken away
// by somebody, for as long as the first one goes on saving alone. Loading again ends that.
async function saveBoth(tabs) {
    for (const tab of tabs)
        tab.add();
    await Promise.all(tabs.map((tab) => tab.save()));
    for (const tab of tabs)
        await tab.load();
}

/*
 * Let two tabs save in turn, and sometimes at once. After a save alone everything that was posted is
 * stored, as if it had replaced the document; in the end everything that was ever posted can be
 * looked up. `saves` are not more than there are backups.
 */
export async function runTwoTabs({ port, saves, seed }) {
    const random = randomNumbers(seed);
    const browser = new Browser(port);
    const tabs = ['left', 'right'].map((name) => new Tab(browser, name, random));
    await post(port, { projects: [{ id: 'project-1' }], tasks: [], taskTypes: [{ id: '1' }], pmos: [] });
    for (const tab of tabs)
        await tab.load();
    while (browser.posted.size < saves) {
        const tab = random.pick(tabs);
        if (random.chance(0.2))
            await tab.load();
        if (random.chance(0.3))
            await othersSave(port, browser.posted.size);
        if (random.chance(0.2)) {
            await saveBoth(tabs);
            continue;
        }
        tab.edit();
        await tab.save();
        checkContains((await request(port, 'GET', '/api/data')).json, tab.document);
    }
    const kept = await keptTexts(port);
    const missing = [...browser.posted].filter((text) => !kept.has(text));
    assert.deepEqual(missing, [], `${missing.length} of ${browser.posted.size} are lost`);
    return kept.size;
}
