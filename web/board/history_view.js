// History: the versions of the document that the server keeps, what changed since one of them, and restoring it; and
// the document's own records. In the address, `at` is a revision or 'records', `show` what of it, `sent` whether
// versions that were sent and merged are in the list.

import { parameterValue, parametersChange } from './address.js';
import { momentWhole } from './dates.js';
import { button, contentExchange, element } from './dom.js';
import { texts } from './language.js';
import { failureNode, noticeShow, undoOffer } from './notices.js';
import { planOf } from './plan.js';
import { recordList } from './record_list.js';
import { backupLoad, backupMake, backupsList, ServerFailure } from './server.js';
import { modesOf, saveNode, sinceNode, titleNode, versionHead } from './version_detail.js';
import { versionList } from './version_list.js';
import { outlineNode } from './version_outline.js';
import { kindMeaning, kindTag, neighbourOf, versionsOf } from './version_words.js';

const t = texts({
    title: ['版本', 'Versions'],
    keep: ['保留一份副本', 'Keep a copy now'],
    kept: ['已保留当前文档的副本，不会自动清理', 'A copy of the document is kept; it does not expire'],
    sent: [(count) => `显示合并前的提交（${count}）`, (count) => `Show what was sent before merging (${count})`],
    records: [(count) => `文档中的修改记录（${count}）`, (count) => `History records in the document (${count})`],
    back: ['返回列表', 'Back to the list'],
    loading: ['正在载入…', 'Loading…'],
    nothing: ['尚未保存任何内容', 'Nothing saved yet'],
    choose: ['请选择一个版本', 'Choose a version'],
    intro: [
        '每次保存都会保留之前的文档。选择一个版本，可以查看此后的变化和当时的内容，也可以恢复它；恢复可以撤销。',
        'Every save keeps the document before it. See what changed since, read it, or restore it; that can be undone.'],
    restore: [(moment) => `恢复 ${moment} 的版本`, (moment) => `Restored the version of ${moment}`],
    restored: [(moment) => `已恢复 ${moment} 的版本`, (moment) => `Restored the version of ${moment}`],
});

const loadedMax = 12; // documents kept in memory

export function historyView(keeper) {
    const view = new HistoryView(keeper);
    return { node: view.node, update: (reason) => view.update(reason), close: () => view.close() };
}

class HistoryView {
    #keeper;
    #versions = null;    // what the server keeps, newest first; null until it is known
    #revision = null;    // of the document when that was asked
    #failure = null;     // why it is not known
    #loaded = new Map(); // promises of documents, by revision; also those that only the person may ask for again
    #shown = '';         // what of which version the body shows
    #long = {};          // how its long list is shown (long_list.js)
    #listTurn = 0;
    #isListing = false;  // whether the server is being asked for them
    #detailTurn = 0;
    #isBusy = false;
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
    }

    // What is still under way shows nothing any more.
    close() {
        this.#keeper.removeEventListener('state', this.#stateChanged);
        this.#listTurn++;
        this.#detailTurn++;
    }

    update(reason) {
        if (reason === 'open')
            this.#listLoad();
        this.#show();
    }

    get #recordsCount() {
        return this.#keeper.document === null ? 0 : planOf(this.#keeper.document).historyRecords.length;
    }

    get #isDamaged() {
        return this.#keeper.state.failure?.slug === 'CORRUPT_DATA';
    }

    // Whoever saved, there is a version more. Where the browser asks the person to sign in for the list, it does so
    // once, and again when he wants it.
    #stateChanged = () => {
        const { kind } = this.#keeper.state;
        const isNews = this.#keeper.revision !== this.#revision || this.#failure !== null;
        const mayAsk = !this.#isListing && !this.#failure?.isAsked;
        if (isNews && mayAsk && (kind === 'saved' || kind === 'merged'))
            this.#listLoad();
    };

    async #listLoad() {
        const turn = ++this.#listTurn;
        this.#isListing = true;
        const { value: list, failure = null } = await outcomeOf(backupsList());
        if (turn !== this.#listTurn)
            return;
        this.#isListing = false;
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
        contentExchange(this.#parts.options, this.#optionsNode());
        contentExchange(this.#parts.list, this.#listNode());
        if (hadFocus)
            this.#focusKeep();
    }

    // Where there is room for one side only, the focus goes over with the person.
    #focusKeep() {
        const focused = document.activeElement;
        if (!this.node.contains(focused) || !isSeen(focused))
            [...this.node.querySelectorAll('h2[tabindex], .version')].find(isSeen)?.focus();
    }

    #optionsNode() {
        const isShown = parameterValue('sent') === '1';
        const sent = this.#versions?.filter(({ kind }) => kind === 'submitted').length ?? 0;
        return element('div', { class: 'history-options' },
            sent === 0 ? null : button({
                text: t('sent', sent), class: 'quiet switch', dataset: { key: 'sent' },
                role: 'switch', 'aria-checked': String(isShown),
            }, () => parametersChange({ sent: isShown ? null : '1' })),
            this.#recordsCount === 0 ? null : button({
                icon: 'history', text: t('records', this.#recordsCount), class: 'quiet', dataset: { key: 'records' },
                'aria-current': placeShown() === 'records' ? 'true' : null,
            }, () => placeOpen('records')));
    }

    #listNode() {
        if (this.#failure !== null)
            return failureNode(this.#failure, () => this.#retry());
        if (this.#versions === null)
            return loadingNode();
        if (this.#versions.length === 0)
            return element('p', { class: 'detail' }, t('nothing'));
        const selected = Number(placeShown());
        const isSentShown = parameterValue('sent') === '1';
        const versions = this.#versions.filter(({ kind, revision }) =>
            kind !== 'submitted' || isSentShown || revision === selected);
        return versionList(versions, { selected, isDamaged: this.#isDamaged, onpick: placeOpen });
    }

    // What is there stays until what takes its place is ready, unless that is another thing.
    async #detailShow() {
        const turn = ++this.#detailTurn;
        const { what, head, bodyMake } = this.#detail();
        contentExchange(this.#parts.head, head);
        if (what !== this.#shown) {
            this.#long = {};
            this.#parts.body.replaceChildren(loadingNode());
        }
        this.#shown = what;
        const { value, failure } = await outcomeOf(bodyMake());
        if (turn === this.#detailTurn)
            contentExchange(this.#parts.body, value ?? failureNode(failure, () => this.#retry()));
    }

    #retry() {
        this.#loaded.clear();
        if (this.#failure === null)
            this.#detailShow();
        else
            this.#listLoad();
    }

    // -> { what, head, bodyMake() }; `what` tells one thing from another.
    #detail() {
        const what = placeShown();
        const { document, state } = this.#keeper;
        if (what === '')
            return { what, head: element('h2', {}, t('choose')), bodyMake: async () => introNode() };
        if ((document === null && !state.failure) || (this.#versions === null && this.#failure === null))
            return { what, head: titleNode(t('loading')), bodyMake: async () => element('p') };
        if (what !== 'records')
            return this.#versionDetail(Number(what));
        const bodyMake = async () => document === null ? element('p') : recordList(document, this.#long);
        return { what, head: titleNode(t('records', this.#recordsCount)), bodyMake };
    }

    #versionDetail(revision) {
        const version = this.#versions?.find((one) => one.revision === revision) ?? { revision, kind: 'unknown' };
        const modes = modesOf(version, { hasNow: this.#keeper.document !== null, isDamaged: this.#isDamaged });
        const mode = modes.find((name) => name === parameterValue('show')) ?? modes[0];
        const head = versionHead(version, {
            mode, modes, onmode: (name) => parametersChange({ show: name }), onrestore: () => this.#restore(revision),
        });
        return { what: `${revision} ${mode}`, head, bodyMake: () => this.#versionBody(version, mode) };
    }

    async #versionBody(version, mode) {
        if (mode === undefined)
            return element('p');
        const own = await this.#load(version.revision);
        if (mode === 'document')
            return outlineNode(own);
        if (mode === 'now')
            return sinceNode(own, this.#keeper.document, this.#long);
        const other = neighbourOf(version, this.#versions ?? []);
        return saveNode({ ...version, document: own },
            other && { ...other, document: await this.#load(other.revision) }, this.#long);
    }

    #load(revision) {
        if (revision === this.#keeper.revision)
            return this.#keeper.savedDocument;
        if (!this.#loaded.has(revision)) {
            if (this.#failure?.isAsked)
                throw this.#failure;
            const loading = backupLoad(revision);
            loading.catch(({ isAsked }) => isAsked || this.#loaded.delete(revision));
            this.#loaded.set(revision, loading);
            if (this.#loaded.size > loadedMax)
                this.#loaded.delete(this.#loaded.keys().next().value);
        }
        return this.#loaded.get(revision);
    }

    // With all that was typed until now.
    async #copyKeep() {
        if (!await this.#alone(() => this.#keeper.settle().then(backupMake)))
            return;
        noticeShow(t('kept'));
        this.#listLoad();
    }

    async #restore(revision) {
        const moment = momentWhole(revision);
        const hadDocument = this.#keeper.document !== null;
        if (!await this.#alone(() => this.#keeper.restore(t('restore', moment), revision)))
            return;
        // A damaged document is nothing to go back to.
        if (hadDocument)
            undoOffer(this.#keeper, t('restored', moment));
        else
            noticeShow(t('restored', moment));
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
    const kinds = ['current', 'replaced', 'pinned', 'submitted'];
    return element('div', {}, element('p', {}, t('intro')), element('dl', { class: 'legend' },
        kinds.map((kind) => [element('dt', {}, kindTag(kind)), element('dd', {}, kindMeaning(kind))])));
}

function loadingNode() {
    return element('p', { class: 'detail' }, t('loading'));
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
