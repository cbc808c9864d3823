// Keeps the document: what the person sees, what the server has, and how the one becomes the other.
//
// An edit shows at once and is saved a moment later: what others saved meanwhile is loaded and merged with it, and the
// save is on condition that nobody was faster. Who is overtaken again and again lets the server merge (`?base=`).
// Until a save is answered, the edits are kept in the browser (drafts.js), and what fails is tried again: nothing that
// was typed is lost by a server that is gone, nor by a tab that is closed. Where a person has to sign in first, or may
// not save, it is the same, but tried again only now and then; and where the browser would ask him each time to sign
// in, a save is tried again when he wants it.
//
// Undoing is merging, too: an edit's opposite is merged into what the document has become since, so that what others
// did stays.
//
// Events: 'change' (`detail` is the reason: 'edit', 'arrival'), 'state' (see `state`), and 'arrival' with what others
// did: { before, after, conflicts }.

import { draftIsClaimed, draftKeep, draftRenew, draftsClaim, draftsForget, draftsWatch } from './drafts.js';
import { baseAgreed, mergeDocuments, same } from './merge.js';
import { backupRestore, documentLoad, documentSave, ServerFailure } from './server.js';

const saveDelay = 400; // milliseconds after the first edit
const visibleInterval = 5000;
const hiddenInterval = 60000;
const retryFirst = 2000;
const retryLongest = 30000;
const exactTries = 3;
const undoLimit = 200;

export class PlanKeeper extends EventTarget {
    document = null;    // null until something is loaded; never changed in place
    #base = null;       // what the server had when we last heard of it: { revision, document }
    #older = null;      // what it has now, if that is older
    #loadFirst = true;  // whether to ask what the server has before saving
    #sent = null;       // a document whose save got no answer: it may be stored or not
    #refusals = 0;      // how often in a row somebody was faster
    #conflicts = [];    // those that the server decided, until its document is here
    #drafts = [];       // of tabs that are gone, until they can be merged with the server's document
    #kept = null;       // the document that the browser keeps
    #isKept = true;     // whether it does
    #restoring = null;  // the name of a restore that is under way, or that got no answer
    #denials = { load: null, save: null }; // the ServerFailures of those that the browser asked the person about
    #isWanted = false;  // whether a person wants this exchange
    #isLeaving = false; // whether the page is about to be loaded again
    #isNews = false;    // whether this exchange brought in what others did
    #turn = null;       // the promise of the exchange that is under way
    #timer = 0;
    #failures = 0;
    #done = [];         // edits that can be undone: { name, before, after }
    #undone = [];
    #state = { kind: 'loading' };

    // { kind: 'loading' | 'saved' | 'merged' | 'editing' | 'saving' | 'waiting' | 'offline' | 'failed', failure,
    // isKept }: 'waiting' is for an answer that takes longer than usual; `failure` is what went wrong; `isKept` whether
    // the browser keeps what is not saved.
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
        return this.#base !== null && (this.document !== this.#base.document || this.#older !== null);
    }

    get undoName() {
        return this.#done.at(-1)?.name ?? null;
    }

    get redoName() {
        return this.#undone.at(-1)?.name ?? null;
    }

    async start() {
        draftsWatch();
        document.addEventListener('visibilitychange', () => this.#look());
        for (const event of ['online', 'focus', 'pageshow'])
            window.addEventListener(event, () => this.#look());
        window.addEventListener('beforeunload', (event) =>
            this.isUnsaved && !this.#isLeaving && event.preventDefault());
        await this.refresh();
    }

    // Loads the page again, so that whoever asks people to sign in can do so. What the browser keeps is there after it.
    pageReload() {
        this.#isLeaving = this.#isKept;
        location.reload();
    }

    // `change` gives the document that takes the place of the one that it is given. -> whether anything changed.
    // `name` says to the person what was done.
    edit(name, change) {
        const before = this.document;
        const after = change(before);
        if (same(before, after))
            return false;
        this.#remember({ name, before, after });
        this.#show(after);
        return true;
    }

    // -> { name, isWhole }: the name of what was undone, and whether nothing of it had to stay because others have
    // changed it since; or null.
    undo() {
        return this.#reverse(this.#done, this.#undone);
    }

    redo() {
        return this.#reverse(this.#undone, this.#done);
    }

    #remember(edit) {
        this.#done.push(edit);
        this.#done.splice(0, this.#done.length - undoLimit);
        this.#undone = [];
    }

    // What has become of the document since wins.
    #reverse(from, to) {
        const edit = from.pop();
        if (edit === undefined)
            return null;
        const { document: reversed, conflicts } = mergeDocuments(edit.after, edit.before, this.document);
        to.push({ name: edit.name, before: this.document, after: reversed });
        this.#show(reversed);
        return { name: edit.name, isWhole: conflicts.length === 0 };
    }

    // Makes a backup the current document, on the server; can be undone like an edit. Throws a ServerFailure.
    async restore(name, revision) {
        // A damaged document is what restoring is for, and nothing can be saved over it.
        if (this.isUnsaved && this.#state.failure?.slug !== 'CORRUPT_DATA')
            await this.settle();
        this.#restoring = name;
        try {
            await backupRestore(revision);
        } catch (failure) {
            // Else it may have been done all the same.
            if (!['UNREACHABLE', 'UNANSWERED', 'OUTCOME_UNKNOWN'].includes(failure.slug))
                this.#restoring = null;
            throw failure;
        }
        await this.settle();
    }

    // When the server has an older document than this page: the page's takes its place,
    planPutBack() {
        this.#base = this.#older;
        this.#older = null;
        this.#show(this.document);
        this.refresh();
    }

    // or it that of the page's; which can be undone.
    olderTake(name) {
        const before = this.document;
        this.#base = this.#older;
        this.#older = null;
        this.#remember({ name, before, after: this.#base.document });
        this.#show(this.#base.document);
        this.refresh();
    }

    // Gives up what is not saved; which can be undone.
    editsGiveUp(name) {
        if (!this.isUnsaved)
            return;
        this.#remember({ name, before: this.document, after: this.#base.document });
        this.#show(this.#base.document);
        this.#look();
    }

    // Resolves when all is saved and the newest is here; throws the ServerFailure that prevents it.
    async settle() {
        await this.refresh();
        if (this.#state.failure)
            throw this.#state.failure;
    }

    // Asks the server for news, and saves what is not saved, because a person wants it. Never throws: the state says
    // how it went.
    refresh() {
        this.#isWanted = true;
        return this.#look();
    }

    // The same for other reasons.
    #look() {
        this.#loadFirst = true;
        return this.#exchange();
    }

    // The first of several edits decides when they are saved; after a failure, the retry that is due anyway.
    #show(document) {
        const isDue = this.isUnsaved || this.#state.failure;
        this.document = document;
        this.#draftUpdate();
        this.#emit('change', 'edit');
        if (isDue)
            return;
        if (this.#turn === null)
            this.#stateSet({ kind: 'editing' });
        this.#after(saveDelay, () => this.#look());
    }

    // Lets the browser keep what is not saved, and nothing else.
    async #draftUpdate() {
        if (!this.isUnsaved) {
            draftsForget();
            return;
        }
        const before = this.#kept;
        this.#kept = this.document;
        const outcome = await draftKeep(this.#base, this.document);
        if (outcome === 'claimed') {
            this.#handOver(before);
        } else if (this.#isKept !== (outcome === 'kept')) {
            this.#isKept = outcome === 'kept';
            this.#emit('state');
        }
    }

    // Another tab took this one for gone, and with it the edits up to the document `kept`: they are that one's now, and
    // here they are what the server will have.
    #handOver(kept) {
        draftRenew();
        this.#base = { revision: null, document: kept };
        this.#loadFirst = true;
        this.#draftUpdate();
    }

    // What is shown as long as the server has not answered once.
    async #draftsShow() {
        this.#drafts = await draftsClaim();
        const draft = this.#drafts.pop();
        if (draft === undefined)
            return;
        this.#base = draft.base;
        this.document = draft.document;
        this.#draftUpdate();
        this.#emit('change', 'edit');
    }

    // Edits of tabs that are gone are merged into what there is.
    async #draftsAdopt() {
        for (const draft of [...this.#drafts.splice(0), ...await draftsClaim()]) {
            const { document: merged, conflicts } = mergeDocuments(draft.base.document, this.document, draft.document);
            if (same(merged, this.document))
                continue;
            this.document = merged;
            this.#draftUpdate();
            this.#emit('change', 'arrival');
            if (conflicts.length > 0)
                this.#emit('arrival', { before: merged, after: merged, conflicts });
        }
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
            if (this.isUnsaved && await draftIsClaimed())
                this.#handOver(this.#kept);
            while (this.#loadFirst || this.isUnsaved)
                await (this.#loadFirst ? this.#load() : this.#permitted('save', () => this.#save()));
            this.#agreed();
        } catch (failure) {
            if (this.document === null)
                await this.#draftsShow();
            this.#failed(failure);
        } finally {
            this.#turn = null;
            this.#isWanted = false;
        }
    }

    // Does what a person may have to sign in for. A browser that asked him to, and that he sent away, is not made to
    // ask again before he wants it.
    async #permitted(what, action) {
        if (this.#denials[what] !== null && !this.#isWanted)
            throw this.#denials[what];
        try {
            const result = await action();
            this.#denials[what] = null;
            return result;
        } catch (failure) {
            if (failure.slug !== 'UNREACHABLE')
                this.#denials[what] = failure.isAsked ? failure : null;
            throw failure;
        }
    }

    async #load() {
        const loaded = await this.#permitted('load', () => documentLoad(this.revision, this.#late));
        this.#loadFirst = false;
        this.#older = null;
        if (loaded !== null)
            this.#arrived(this.#baseOf(loaded.document), loaded);
        this.#sent = null;
        this.#restoring = null;
        await this.#draftsAdopt();
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
        const answer = await this.#send(sent, base.revision);
        this.#sent = null;
        if (answer === null) {
            this.#loadFirst = true;
        } else if (answer.merged) {
            // What the server made of it is not known until it is loaded; what was typed meanwhile is an edit of what
            // was sent. Should loading fail, the next load starts from here as well.
            this.#base = { revision: null, document: sent };
            this.#conflicts.push(...answer.conflicts);
            this.#loadFirst = true;
        } else {
            this.#base = { revision: answer.revision, document: sent };
        }
    }

    // -> null if it was refused because of what the server has, and that must be loaded first. A document that shares
    // no project with the one it replaces is taken only on condition.
    async #send(document, revision) {
        try {
            const exactly = this.#refusals < exactTries;
            const answer = await documentSave(document, revision, { exactly, onlate: this.#late });
            this.#refusals = 0;
            return answer;
        } catch (failure) {
            if (failure.slug !== 'PRECONDITION_FAILED' && failure.slug !== 'UNRELATED_DOCUMENT')
                throw failure;
            this.#refusals = failure.slug === 'PRECONDITION_FAILED' ? this.#refusals + 1 : 0;
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
            this.#draftUpdate();
        const isNew = before === null || !same(before, merged);
        if (isNew && before !== null && this.#restoring !== null)
            this.#remember({ name: this.#restoring, before, after: this.document });
        if (isNew)
            this.#emit('change', 'arrival');
        if (before !== null && this.#restoring === null && (isNew || conflicts.length > 0)) {
            this.#isNews = true;
            this.#emit('arrival', { before, after: this.document, conflicts });
        }
    }

    #agreed() {
        draftsForget();
        this.#failures = 0;
        this.#denials.save = null;
        this.#stateSet({ kind: this.#isNews ? 'merged' : 'saved' });
        this.#isNews = false;
        this.#after(document.hidden ? hiddenInterval : visibleInterval, () => this.#look());
    }

    #failed(failure) {
        this.#failures++;
        this.#loadFirst = true;
        if (failure.slug === 'WENT_BACK') {
            this.#older = failure.older;
            this.#draftUpdate();
        }
        this.#stateSet({ kind: failure.slug === 'UNREACHABLE' ? 'offline' : 'failed', failure });
        const delay = failure.isDenial ? retryLongest : Math.min(retryLongest, retryFirst * 2 ** (this.#failures - 1));
        this.#after(Math.max(delay, (failure.wait ?? 0) * 1000), () => this.#look());
        if (!(failure instanceof ServerFailure))
            throw failure;
    }

    #late = () => this.#stateSet({ kind: 'waiting' });

    #stateSet(state) {
        this.#state = state;
        this.#emit('state');
    }

    #emit(type, detail) {
        this.dispatchEvent(new CustomEvent(type, { detail }));
    }
}
