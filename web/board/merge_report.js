// Tells what others changed while the page was open, and where they and the person changed the same thing. It lies
// over the page and moves nothing. News goes by itself unless somebody looks at it; conflicts stay until dismissed.

import { conflictKept, conflictNode } from './conflict_node.js';
import { differencesNode } from './difference_list.js';
import { differencesOf, isNone } from './differences.js';
import { differencesSummary } from './difference_words.js';
import { button, contentExchange, element } from './dom.js';
import { texts } from './language.js';
import { mergeDocuments } from './merge.js';

const t = texts({
    region: ['他人的修改', 'Changes by others'],
    news: [(summary) => `收到他人的修改：${summary}`, (summary) => `Changes by others came in: ${summary}`],
    conflicts: [
        (count) => `有 ${count} 处修改与他人冲突`,
        (count) => `You and others changed the same ${count === 1 ? 'thing' : `${count} things`}`],
    more: [(count) => `另有 ${count} 处；各版本见“历史”`, (count) => `and ${count} more; History has all versions`],
    dismiss: ['关闭', 'Dismiss'],
});

const newsLifetime = 20000; // milliseconds after the last arrival
const conflictsShown = 50;

// What there is to tell outlives the nodes, which the page makes anew in another language.
const reports = new WeakMap();

export function mergeReport(keeper) {
    if (!reports.has(keeper))
        reports.set(keeper, new MergeReport(keeper));
    return reports.get(keeper).build();
}

class MergeReport {
    #keeper;
    #news = null;           // { before, after }: what others did since it was shown first
    #isQuiet = false;       // news was dismissed: while more keeps coming, it stays away
    #conflicts = new Map(); // by path
    #long = {};             // how the list of news is shown (long_list.js)
    #leaving = 0;
    #parts = null;

    constructor(keeper) {
        this.#keeper = keeper;
        keeper.addEventListener('arrival', ({ detail }) => this.#arrived(detail));
        keeper.addEventListener('change', () => this.#conflicts.size > 0 && this.#conflictsShow());
    }

    build() {
        const [news, conflicts] = [detailsMake(() => this.#newsShow()), detailsMake(() => this.#conflictsShow())];
        conflicts.node.open = matchMedia('(min-width: 761px)').matches;
        const panel = element('section', { class: 'notice report-panel', 'aria-label': t('region') },
            element('div', { class: 'report-bodies' }, conflicts.node, news.node),
            button({ icon: 'close', label: t('dismiss'), class: 'quiet' }, () => this.#dismiss()));
        this.#parts = { news, conflicts, panel, status: element('p', { class: 'hidden-text', role: 'status' }) };
        this.#show();
        return element('div', { class: 'report' }, this.#parts.status, panel);
    }

    #arrived({ before, after, conflicts }) {
        if (!this.#isQuiet)
            this.#news = newsJoined(this.#news, before, after);
        for (const conflict of conflicts)
            this.#conflicts.set(conflict.path, conflictKept(conflict, after));
        const { node } = this.#parts.news;
        const wasHidden = node.hidden;
        this.#show();
        if (conflicts.length > 0 || (wasHidden && !node.hidden))
            this.#announce();
        this.#newsKeep();
    }

    #newsKeep() {
        clearTimeout(this.#leaving);
        this.#leaving = setTimeout(() => this.#isLookedAt() ? this.#newsKeep() : this.#newsForget(), newsLifetime);
    }

    #isLookedAt() {
        const { news, panel } = this.#parts;
        return news.node.open || panel.matches(':focus-within, :hover');
    }

    #newsForget() {
        this.#isQuiet = false;
        this.#news = null;
        this.#long = {};
        this.#parts.news.node.open = false;
        this.#show();
    }

    #dismiss() {
        this.#conflicts.clear();
        this.#newsForget();
        this.#isQuiet = true;
        this.#newsKeep();
        document.querySelector('main').focus();
    }

    #show() {
        this.#newsShow();
        this.#conflictsShow();
        const { news, conflicts, panel, status } = this.#parts;
        panel.hidden = news.node.hidden && conflicts.node.hidden;
        if (panel.hidden)
            status.textContent = '';
    }

    // Lists are made when they are looked at.
    #newsShow() {
        const { node, title, body } = this.#parts.news;
        const differences = this.#news === null ? null : differencesOf(this.#news.before, this.#news.after);
        node.hidden = differences === null || isNone(differences);
        title.textContent = node.hidden ? '' : t('news', differencesSummary(differences));
        contentExchange(body, node.hidden || !node.open ? element('div') : differencesNode(differences, this.#long));
    }

    #conflictsShow() {
        const { node, title, body } = this.#parts.conflicts;
        node.hidden = this.#conflicts.size === 0;
        title.textContent = node.hidden ? '' : t('conflicts', this.#conflicts.size);
        const shown = node.open ? [...this.#conflicts.values()].slice(0, conflictsShown) : [];
        const more = this.#conflicts.size - shown.length;
        contentExchange(body, element('ul', {}, shown.map((conflict) => conflictNode(this.#keeper, conflict)),
            shown.length > 0 && more > 0 ? element('li', {}, t('more', more)) : null));
    }

    // News that is added to other news is not read out.
    #announce() {
        const { status, news, conflicts } = this.#parts;
        const told = [conflicts, news].map(({ title }) => title.textContent);
        status.textContent = told.filter((text) => text !== '').join('. ');
    }
}

// What others did in both arrivals: what the person did between them is made part of what was before.
function newsJoined(news, before, after) {
    if (news === null)
        return { before, after };
    return { before: mergeDocuments(news.after, news.before, before).document, after };
}

function detailsMake(ontoggle) {
    const title = element('h2');
    const body = element('div', { class: 'report-body' });
    return { title, body, node: element('details', { ontoggle }, element('summary', {}, title), body) };
}
