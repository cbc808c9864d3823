// History: the versions of the document that the server keeps, what changed since one of them, and restoring it; and
// the document's own records. In the address, `at` is a revision or 'records', `show` what of it, `sent` whether
// versions that were sent and merged are in the list.

import { parameterValue, parametersChange } from './address.js';
import { button, contentExchange, element } from './dom.js';
import { texts } from './language.js';
import { mergeDocuments } from './merge.js';
import { noticeShow } from './notices.js';
import { planOf } from './plan.js';
import { recordList, recordsFirst } from './record_list.js';
import { backupLoad, backupMake, backupsList, ServerFailure } from './server.js';
import { modesOf, saveNode, sinceNode, titleNode, versionHead } from './version_detail.js';
import { versionList } from './version_list.js';
import { outlineNode } from './version_outline.js';
import { kindMeaning, kindName, momentWhole, neighbourOf, versionsOf } from './version_words.js';

const t = texts({
    title: ['版本', 'Versions'],
    keep: ['保留一份副本', 'Keep a copy now'],
    kept: ['已保留当前文档的副本，不会自动清理', 'A copy of the document is kept; it does not expire'],
    sent: [(count) => `显示合并前提交的内容（${count}）`, (count) => `Show what was sent before merging (${count})`],
    records: [(count) => `文档中的修改记录（${count}）`, (count) => `Records in the document (${count})`],
    recordsTitle: ['文档中的修改记录', 'Records in the document'],
    back: ['返回列表', 'Back to the list'],
    loading: ['正在载入…', 'Loading…'],
    retry: ['重试', 'Try again'],
    nothing: ['还没有保存过任何内容', 'Nothing was saved yet'],
    choose: ['请选择一个版本', 'Choose a version'],
    intro: [
        '每次保存都会保留之前的文档。选择一个版本，可以查看此后的变化和当时的内容，也可以恢复它；恢复可以撤销。',
        'Every save keeps the document before it. See what changed since, read it, or restore it; that can be undone.'],
    restored: [(moment) => `已恢复 ${moment} 的版本`, (moment) => `Restored the version of ${moment}`],
    undo: ['撤销', 'Undo'],
    undone: [(moment) => `撤销恢复 ${moment} 的版本`, (moment) => `Took back the version of ${moment}`],
});

const loadedMax = 12; // documents kept in memory
const minute = 60000; // milliseconds

export function historyView(keeper) {
    const view = new HistoryView(keeper);
    return { node: view.node, update: (reason) => view.update(reason), close: () => view.close() };
}

class HistoryView {
    #keeper;
    #versions = null;    // what the server keeps, newest first; null until it is known
    #revision = null;    // of the document when that was asked
    #failure = null;     // why it is not known
    #wasDamaged = false;
    #loaded = new Map(); // promises of documents, by revision
    #wholes = new Set(); // what is shown whole of what is long
    #recordsShown = recordsFirst;
    #shown = '';         // of which version the body shows what
    #listTurn = 0;
    #bodyTurn = 0;
    #isBusy = false;
    #ticking = 0;
    #parts;

    constructor(keeper) {
        this.#keeper = keeper;
        this.#parts = {
            list: element('div'),
            options: element('div'),
            head: element('div'),
            body: element('div', { class: 'history-body' }),
        };
        const { list, options, head, body } = this.#parts;
        const keep = button({ icon: 'copy', text: t('keep') }, () => this.#copyKeep());
        const back = button({ icon: 'chevronLeft', text: t('back'), class: 'quiet history-back' }, () => placeOpen(''));
        this.node = element('div', { class: 'history' },
            element('div', { class: 'history-side' },
                element('header', {}, element('h2', {}, t('title')), keep), options, list),
            element('div', { class: 'history-detail' }, back, head, body));
        keeper.addEventListener('state', this.#stateChanged);
        this.#ticking = setInterval(() => this.#listShow(), minute);
    }

    // What is still under way shows nothing any more.
    close() {
        this.#keeper.removeEventListener('state', this.#stateChanged);
        clearInterval(this.#ticking);
        this.#listTurn++;
        this.#bodyTurn++;
    }

    update(reason) {
        if (reason === 'open')
            this.#listLoad();
        this.#show();
    }

    get #isDamaged() {
        return this.#keeper.state.failure?.slug === 'CORRUPT_DATA';
    }

    // Whoever saved, there is a version more.
    #stateChanged = () => {
        const { kind } = this.#keeper.state;
        const isAgreed = kind === 'saved' || kind === 'merged';
        const isNew = isAgreed && (this.#keeper.revision !== this.#revision || this.#failure !== null);
        if (isNew || this.#isDamaged !== this.#wasDamaged)
            this.#listLoad();
        this.#wasDamaged = this.#isDamaged;
    };

    async #listLoad() {
        const turn = ++this.#listTurn;
        const { value: list, failure = null } = await outcomeOf(backupsList());
        if (turn !== this.#listTurn)
            return;
        this.#failure = failure;
        if (failure === null) {
            this.#versions = versionsOf(list);
            this.#revision = list.revision;
        }
        this.#show();
    }

    #show() {
        const hadFocus = this.node.contains(document.activeElement);
        this.node.dataset.at = placeShown();
        this.#detailShow();
        this.#listShow();
        if (hadFocus)
            this.#focusKeep();
    }

    // Where there is room for one side only, the focus goes over with the person.
    #focusKeep() {
        const { list, head } = this.#parts;
        if (this.node.contains(document.activeElement) && isSeen(document.activeElement))
            return;
        const title = head.querySelector('[tabindex]');
        const isTitleSeen = title !== null && isSeen(title);
        (isTitleSeen ? title : list.querySelector('[aria-current], .version'))?.focus();
    }

    #listShow() {
        contentExchange(this.#parts.options, this.#optionsNode());
        contentExchange(this.#parts.list, this.#listNode());
    }

    #optionsNode() {
        const isShown = parameterValue('sent') === '1';
        const count = (this.#versions ?? []).filter(({ kind }) => kind === 'submitted').length;
        const records = this.#recordsCount();
        return element('div', { class: 'history-options' },
            count === 0 ? null : button({
                text: t('sent', count), class: 'quiet switch', dataset: { key: 'sent' },
                role: 'switch', 'aria-checked': String(isShown),
            }, () => parametersChange({ sent: isShown ? null : '1' })),
            records === 0 ? null : button({
                icon: 'history', text: t('records', records), class: 'quiet', dataset: { key: 'records' },
                'aria-current': placeShown() === 'records' ? 'true' : null,
            }, () => placeOpen('records')));
    }

    #listNode() {
        if (this.#failure !== null)
            return failureNode(this.#failure, () => this.#listLoad());
        if (this.#versions === null)
            return element('p', { class: 'detail' }, t('loading'));
        if (this.#versions.length === 0)
            return element('p', { class: 'detail' }, t('nothing'));
        const selected = Number(placeShown());
        const isSentShown = parameterValue('sent') === '1';
        const versions = this.#versions.filter(({ kind, revision }) =>
            kind !== 'submitted' || isSentShown || revision === selected);
        return versionList(versions, { selected, isDamaged: this.#isDamaged, onpick: placeOpen });
    }

    #detailShow() {
        const place = placeShown();
        if (place === '')
            this.#plainShow(element('h2', {}, t('choose')), element('div', {}, introNode(), this.#recordsCard()));
        else if (place === 'records')
            this.#plainShow(titleNode(t('recordsTitle')), this.#recordsNode());
        else if (this.#versions === null && this.#failure === null)
            this.#plainShow(titleNode(t('loading')), element('p'));
        else
            this.#versionShow(Number(place));
    }

    #plainShow(head, body) {
        this.#bodyTurn++;
        this.#shown = '';
        contentExchange(this.#parts.head, head);
        contentExchange(this.#parts.body, body);
    }

    #recordsNode() {
        const { document } = this.#keeper;
        const shown = this.#recordsShown;
        return document === null ? element('p') : recordList(document, shown, (count) => {
            this.#recordsShown = count;
            this.#detailShow();
            this.#parts.body.querySelectorAll('.records > li')[shown].focus();
        });
    }

    #recordsCount() {
        return this.#keeper.document === null ? 0 : planOf(this.#keeper.document).historyRecords.length;
    }

    // They are shown where nothing else is, too.
    #recordsCard() {
        if (this.#recordsCount() === 0)
            return null;
        return element('section', { class: 'history-records' },
            element('h2', {}, t('recordsTitle')), this.#recordsNode());
    }

    #versionShow(revision) {
        const version = this.#versions?.find((one) => one.revision === revision) ?? { revision, kind: 'unknown' };
        const hasNow = this.#keeper.document !== null || this.#keeper.state.kind === 'loading';
        const modes = modesOf(version, { hasNow, isDamaged: this.#isDamaged });
        const mode = modes.find((name) => name === parameterValue('show')) ?? modes[0];
        contentExchange(this.#parts.head, versionHead(version, {
            mode, modes, onmode: (name) => parametersChange({ show: name }), onrestore: () => this.#restore(revision),
        }));
        this.#bodyShow(version, mode);
    }

    // What is there stays until what takes its place is ready, unless that is another thing.
    async #bodyShow(version, mode) {
        const turn = ++this.#bodyTurn;
        const what = `${version.revision} ${mode}`;
        if (what !== this.#shown)
            this.#parts.body.replaceChildren(element('p', { class: 'detail' }, t('loading')));
        this.#shown = what;
        const { value, failure } = await outcomeOf(this.#bodyMake(version, mode, {
            isWhole: this.#wholes.has(what), onwhole: () => this.#wholes.add(what),
        }));
        if (turn === this.#bodyTurn)
            contentExchange(this.#parts.body, value ?? failureNode(failure, () => this.#detailShow()));
    }

    async #bodyMake(version, mode, list) {
        if (mode === undefined)
            return element('p');
        const own = await this.#load(version.revision);
        if (mode === 'document')
            return outlineNode(own);
        if (mode === 'now') {
            const now = this.#keeper.document;
            return now === null ? element('p', { class: 'detail' }, t('loading')) : sinceNode(own, now, list);
        }
        const other = neighbourOf(version, this.#versions ?? []);
        return saveNode({ ...version, document: own },
            other && { ...other, document: await this.#load(other.revision) }, list);
    }

    #load(revision) {
        if (revision === this.#keeper.revision)
            return this.#keeper.savedDocument;
        if (!this.#loaded.has(revision)) {
            const loading = backupLoad(revision);
            loading.catch(() => this.#loaded.delete(revision));
            this.#loaded.set(revision, loading);
            if (this.#loaded.size > loadedMax)
                this.#loaded.delete(this.#loaded.keys().next().value);
        }
        return this.#loaded.get(revision);
    }

    // With all that was typed until now.
    async #copyKeep() {
        const done = await this.#alone(() => this.#keeper.settle().then(backupMake));
        if (!done)
            return;
        noticeShow(t('kept'));
        this.#listLoad();
    }

    async #restore(revision) {
        const moment = momentWhole(revision);
        const name = t('restored', moment);
        const before = this.#keeper.document;
        if (!await this.#alone(() => this.#keeper.restore(name, revision)))
            return;
        const after = this.#keeper.document;
        const action = { text: t('undo'), run: () => this.#restoreUndo(name, moment, before, after) };
        // A damaged document is nothing to go back to.
        noticeShow(name, before === null ? {} : { action });
    }

    // Something else may have been done meanwhile, which stays.
    #restoreUndo(name, moment, before, after) {
        if (this.#keeper.undoName === name)
            this.#keeper.undo();
        else
            this.#keeper.edit(t('undone', moment), (document) => mergeDocuments(after, document, before).document);
    }

    // One such action at a time. -> whether it was done; what prevents it is told.
    async #alone(action) {
        if (this.#isBusy)
            return false;
        this.#isBusy = true;
        const { failure } = await outcomeOf(action());
        this.#isBusy = false;
        if (failure !== undefined)
            noticeShow([failure.message, failure.details].filter(Boolean).join(' – '), { isFailure: true });
        return failure === undefined;
    }
}

// -> { value } or { failure }, a ServerFailure.
async function outcomeOf(promise) {
    try {
        return { value: await promise };
    } catch (failure) {
        if (!(failure instanceof ServerFailure))
            throw failure;
        return { failure };
    }
}

function introNode() {
    const kinds = ['current', 'replaced', 'pinned', 'submitted'].map((kind) => ({ kind }));
    return element('div', {}, element('p', {}, t('intro')), element('dl', { class: 'legend' }, kinds.map((version) => [
        element('dt', { dataset: version }, element('span', { class: 'version-dot' }), kindName(version)),
        element('dd', {}, kindMeaning(version))])));
}

function failureNode(failure, retry) {
    return element('div', { class: 'history-failure', role: 'alert' },
        element('p', {}, failure.message), failure.details ? element('p', { class: 'detail' }, failure.details) : null,
        button({ text: t('retry'), dataset: { key: 'retry' } }, retry));
}

// '', 'records' or a revision.
function placeShown() {
    const place = parameterValue('at');
    return /^(records|[1-9]\d{0,15})$/.test(place) ? place : '';
}

function placeOpen(place) {
    parametersChange({ at: place }, { isPlace: true });
}

function isSeen(node) {
    return node.checkVisibility({ visibilityProperty: true });
}
