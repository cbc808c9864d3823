// Keeps the document: what the person sees, what the server has, and how the one becomes the other.
//
// An edit shows at once and is saved a moment later; saves name the revision that they were made from (`?base=`), so
// that the server merges them with what others saved meanwhile. Whatever document arrives, by asking for it every
// few seconds or after such a merge, is merged with the edits that are not saved yet. Until a save is answered, the
// edits are kept in the browser (drafts.js), and what fails is tried again: nothing that was typed is lost by a
// server that is gone, nor by a tab that is closed.
//
// Undoing is merging, too: an edit's opposite is merged into what the document has become since, so that what others
// did stays.
//
// Events: 'change' (`detail` is the reason: 'edit', 'arrival'), 'state' (see `state`), and 'arrival' with what others
// did: { before, after, conflicts }.

import { draftForget, draftKeep, draftsLeft } from './drafts.js';
import { baseAgreed, mergeDocuments, same } from './merge.js';
import { backupRestore, documentLoad, documentSave, ServerFailure } from './server.js';

const saveDelay = 400; // milliseconds after the last edit
const visibleInterval = 5000;
const hiddenInterval = 60000;
const retryFirst = 2000;
const retryLongest = 30000;
const undoLimit = 200;

export class PlanKeeper extends EventTarget {
    document = null;    // null until something is loaded; never changed in place
    #base = null;       // what the server had when we last heard of it: { revision, document }
    #loadFirst = true;  // whether to ask what the server has before saving
    #sent = null;       // a document whose save got no answer: it may be stored or not
    #turn = null;       // the promise of the exchange that is under way
    #timer = 0;
    #failures = 0;
    #conflicts = [];    // those that the server decided, until its document is here
    #done = [];         // edits that can be undone: { name, before, after }
    #undone = [];
    #merged = false;    // whether the last exchange brought in what others did
    #isRestoring = false;
    #isKept = true;
    #state = { kind: 'loading' };

    // { kind: 'loading' | 'saved' | 'merged' | 'editing' | 'saving' | 'offline' | 'failed', failure, isKept }:
    // `failure` is what went wrong; `isKept` whether the browser keeps what is not saved.
    get state() {
        return { ...this.#state, isKept: this.#isKept };
    }

    // The time of the last save, by whomever, in milliseconds; 0: nothing is stored; null: not known.
    get revision() {
        return this.#base?.revision ?? null;
    }

    // What the server was last known to have.
    get savedDocument() {
        return this.#base?.document ?? null;
    }

    get isUnsaved() {
        return this.#base !== null && this.document !== this.#base.document;
    }

    get undoName() {
        return this.#done.at(-1)?.name ?? null;
    }

    get redoName() {
        return this.#undone.at(-1)?.name ?? null;
    }

    start() {
        document.addEventListener('visibilitychange', () => this.refresh());
        window.addEventListener('online', () => this.refresh());
        window.addEventListener('focus', () => this.refresh());
        window.addEventListener('beforeunload', (event) => this.isUnsaved && event.preventDefault());
        return this.#adoptDrafts().then(() => this.refresh());
    }

    // `change` gives the document that takes the place of the one that it is given. -> whether anything changed.
    // `name` says to the person what was done.
    edit(name, change) {
        const before = this.document;
        const after = change(before);
        if (same(before, after))
            return false;
        this.#done.push({ name, before, after });
        this.#done.splice(0, this.#done.length - undoLimit);
        this.#undone = [];
        this.#show(after);
        return true;
    }

    // -> the name of what was undone, or null.
    undo() {
        return this.#reverse(this.#done, this.#undone);
    }

    redo() {
        return this.#reverse(this.#undone, this.#done);
    }

    #reverse(from, to) {
        const edit = from.pop();
        if (edit === undefined)
            return null;
        const { document: reversed } = mergeDocuments(edit.after, this.document, edit.before);
        to.push({ name: edit.name, before: this.document, after: reversed });
        this.#show(reversed);
        return edit.name;
    }

    // Makes a backup the current document, on the server; can be undone like an edit. Throws a ServerFailure.
    async restore(name, revision) {
        // A damaged document is what restoring is for, and nothing can be saved over it.
        if (this.isUnsaved && this.#state.failure?.slug !== 'CORRUPT_DATA')
            await this.settle();
        const before = this.document;
        await backupRestore(revision);
        this.#isRestoring = true;
        await this.settle().finally(() => { this.#isRestoring = false; });
        if (before !== null)
            this.#done.push({ name, before, after: this.document });
        this.#undone = [];
        this.#emit('change', 'edit');
    }

    // Resolves when all is saved and the newest is here; throws the ServerFailure that prevents it.
    async settle() {
        await this.refresh();
        if (this.#state.failure)
            throw this.#state.failure;
    }

    // Asks the server for news, and saves what is not saved. Never throws: the state says how it went.
    refresh() {
        this.#loadFirst = true;
        return this.#exchange();
    }

    // The first of several edits decides when they are saved; after a failure, the retry that is due anyway.
    #show(document) {
        const isDue = this.isUnsaved || this.#state.failure;
        this.document = document;
        this.#keepDraft();
        this.#emit('change', 'edit');
        if (isDue)
            return;
        if (this.#turn === null)
            this.#stateSet({ kind: 'editing' });
        this.#after(saveDelay, () => this.#exchange());
    }

    #keepDraft() {
        if (!this.isUnsaved)
            return;
        draftKeep(this.#base, this.document).then((isKept) => {
            if (isKept !== this.#isKept) {
                this.#isKept = isKept;
                this.#emit('state');
            }
        });
    }

    // Edits of tabs that are gone, merged into what there is; what is shown, if the server does not answer.
    async #adoptDrafts() {
        for (const draft of await draftsLeft()) {
            const { document: merged } = this.document === null ? draft
                : mergeDocuments(draft.base.document, this.document, draft.document);
            this.#base ??= draft.base;
            this.document = merged;
            if (await draftKeep(this.#base, merged))
                await draftForget(draft.tab);
        }
        if (this.document !== null)
            this.#emit('change', 'edit');
    }

    #after(delay, action) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(action, delay);
    }

    // One exchange at a time. Who asks during one is served by it, for it ends only when nothing is left to do.
    #exchange() {
        this.#turn ??= Promise.resolve().then(() => this.#exchangeOnce());
        return this.#turn;
    }

    async #exchangeOnce() {
        clearTimeout(this.#timer);
        try {
            while (this.#loadFirst || this.isUnsaved)
                await (this.#loadFirst ? this.#load() : this.#save());
            this.#agreed();
        } catch (failure) {
            this.#failed(failure);
        } finally {
            this.#turn = null;
        }
    }

    async #load() {
        const loaded = await documentLoad(this.revision);
        this.#loadFirst = false;
        if (loaded !== null)
            this.#arrived(this.#baseOf(loaded.document), loaded);
        this.#sent = null;
    }

    // What the loaded document and ours grew from.
    #baseOf(loaded) {
        const base = this.#base?.document ?? loaded;
        return this.#sent === null ? base : baseAgreed(base, loaded, this.#sent);
    }

    async #save() {
        const sent = this.document;
        const base = this.#base;
        this.#stateSet({ kind: 'saving' });
        this.#sent = sent;
        const answer = await this.#send(sent, base);
        this.#sent = null;
        if (answer === null) {
            this.#loadFirst = true;
            return;
        }
        const { revision, merged, conflicts } = answer;
        if (!merged) {
            this.#base = { revision, document: sent };
            return;
        }
        // What the server made of it is not known until it is loaded; what was typed meanwhile is an edit of what was
        // sent. Should loading fail, the next load starts from here as well.
        this.#base = { revision: null, document: sent };
        this.#loadFirst = true;
        this.#conflicts.push(...conflicts);
    }

    // A plan that shares no project with the one it replaces looks to the server like that of a page which could not
    // load. Ours has: so it says which one it means. -> null if that is not the current one any more.
    async #send(document, { revision }) {
        try {
            return await documentSave(document, revision);
        } catch (failure) {
            if (failure.slug !== 'UNRELATED_DOCUMENT')
                throw failure;
        }
        try {
            return await documentSave(document, revision, { exactly: true });
        } catch (failure) {
            if (failure.slug !== 'PRECONDITION_FAILED')
                throw failure;
            return null;
        }
    }

    // A document of the server's, which grew from `base` as ours did.
    #arrived(base, loaded) {
        const before = this.document;
        const { document: merged, conflicts } = mergeDocuments(base, loaded.document, before ?? loaded.document);
        const isSaved = same(merged, loaded.document);
        this.#base = loaded;
        this.document = isSaved ? loaded.document : merged;
        conflicts.unshift(...this.#conflicts.splice(0));
        if (!isSaved)
            this.#keepDraft();
        const isNews = before === null || !same(before, merged);
        if (isNews)
            this.#emit('change', 'arrival');
        if (before !== null && !this.#isRestoring && (isNews || conflicts.length > 0)) {
            this.#merged = true;
            this.#emit('arrival', { before, after: this.document, conflicts });
        }
    }

    #agreed() {
        draftForget();
        this.#failures = 0;
        this.#stateSet({ kind: this.#merged ? 'merged' : 'saved' });
        this.#merged = false;
        this.#after(document.hidden ? hiddenInterval : visibleInterval, () => this.refresh());
    }

    #failed(failure) {
        if (!(failure instanceof ServerFailure))
            throw failure;
        this.#failures++;
        this.#loadFirst = true;
        this.#stateSet({ kind: failure.passes ? 'offline' : 'failed', failure });
        const delay = Math.min(retryLongest, retryFirst * 2 ** (this.#failures - 1));
        this.#after(Math.max(delay, failure.wait * 1000), () => this.refresh());
    }

    #stateSet(state) {
        this.#state = state;
        this.#emit('state');
    }

    #emit(type, detail) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
