//! Providers that use one person's own keys. Each person's providers are separate from all others,
//! with their caches, so that no request uses somebody else's key.

use std::{collections::HashMap, sync::Arc};

use parking_lot::RwLock;

use super::{Opening, Provider, Registry};
use crate::{
    generation::{ModelReference, ProviderKind},
    server::{
        budget::Budget,
        config::{Config, Key, Secret},
        store::SessionId,
    },
};

/// A person's own keys.
pub type OwnKeys = Vec<(ProviderKind, Secret)>;

/// The providers of everybody with own keys. Cheap to clone.
#[derive(Clone)]
pub struct OwnProviders(Arc<Inner>);

struct Inner {
    openings: Vec<Opening>,
    open: Open,
    people: RwLock<HashMap<SessionId, Theirs>>,
}

/// Sets up the providers that use these keys.
type Open = Box<dyn Fn(&[(ProviderKind, Key)]) -> Registry + Send + Sync>;

/// The providers of one person, with their keys.
#[derive(Clone)]
struct Theirs {
    keys: Vec<(ProviderKind, Key)>,
    registry: Registry,
}

impl OwnProviders {
    pub fn new(config: Arc<Config>, openings: &[Opening], budget: Budget) -> Self {
        let openings = openings.to_vec();
        let open = {
            let openings = openings.clone();
            move |keys: &[(ProviderKind, Key)]| registry(&config, &openings, &budget, keys)
        };
        Self(Arc::new(Inner { openings, open: Box::new(open), people: RwLock::default() }))
    }

    /// An instance for installations where people have no keys of their own.
    pub fn none() -> Self {
        let open = Box::new(|_: &[(ProviderKind, Key)]| Registry::new([]));
        Self(Arc::new(Inner { openings: Vec::new(), open, people: RwLock::default() }))
    }

    /// The providers for `session` to run `model` with its own key; `None` where it has no key for
    /// this model.
    pub fn of(&self, session: &SessionId, model: &ModelReference) -> Option<Registry> {
        let kind = self.key_for(model)?;
        let people = self.0.people.read();
        let theirs = people.get(session)?;
        let has_key = theirs.keys.iter().any(|(of, key)| *of == kind && key.is_set());
        has_key.then(|| theirs.registry.clone())
    }

    /// The provider whose key runs `model`. A URL names somebody's own server, which uses the
    /// shared configuration.
    fn key_for(&self, model: &ModelReference) -> Option<ProviderKind> {
        if model.named().contains("://") {
            return None;
        }
        let of_model = |opening: &&Opening| opening.kind == model.provider();
        self.0.openings.iter().find(of_model)?.key_kind()
    }

    /// The provider with the own key of `session`, where there is one.
    pub fn of_kind(&self, session: &SessionId, kind: ProviderKind) -> Option<Arc<dyn Provider>> {
        let people = self.0.people.read();
        let theirs = people.get(session)?;
        theirs.keys.iter().find(|(of, key)| *of == kind && key.is_set())?;
        theirs.registry.of_kind(kind).cloned()
    }

    /// Removes a key immediately, also from running work.
    pub fn end(&self, session: &SessionId, kind: ProviderKind) {
        let people = self.0.people.read();
        let keys = people.get(session).into_iter().flat_map(|theirs| &theirs.keys);
        keys.filter(|(of, _)| *of == kind).for_each(|(_, key)| key.give(None));
    }

    /// Replaces all keys. Removed keys are not used any more, not even by running work.
    pub fn set(&self, keys: HashMap<SessionId, OwnKeys>) {
        let mut people = self.0.people.write();
        let mut before = std::mem::take(&mut *people);
        for (session, secrets) in keys {
            let theirs = before.remove(&session);
            people.insert(session, self.with_keys(theirs, secrets));
        }
        before.into_values().flat_map(|gone| gone.keys).for_each(|(_, key)| key.give(None));
    }

    /// The providers of a person after a change from `before`.
    fn with_keys(&self, before: Option<Theirs>, secrets: OwnKeys) -> Theirs {
        let kinds: Vec<_> = secrets.iter().map(|(kind, _)| *kind).collect();
        let had = before.as_ref().map_or(&[][..], |theirs| &theirs.keys);
        had.iter().filter(|(kind, _)| !kinds.contains(kind)).for_each(|(_, key)| key.give(None));
        let mut is_another = false;
        let keys: Vec<_> = secrets
            .into_iter()
            .map(|(kind, secret)| {
                let known = had.iter().find(|(of, _)| *of == kind).map(|(_, key)| key.clone());
                let key = known.unwrap_or_default();
                let changes = key.changes();
                key.give(Some(secret));
                is_another |= key.changes() != changes;
                (kind, key)
            })
            .collect();
        let are_the_same = had.iter().map(|(kind, _)| *kind).eq(kinds.iter().copied());
        match before.filter(|_| are_the_same) {
            Some(Theirs { registry, .. }) => {
                if is_another {
                    registry.forget();
                }
                Theirs { keys, registry }
            }
            None => Theirs { registry: (self.0.open)(&keys), keys },
        }
    }
}

fn registry(
    config: &Config,
    openings: &[Opening],
    budget: &Budget,
    keys: &[(ProviderKind, Key)],
) -> Registry {
    let mut config = config.clone();
    for opening in openings {
        let key = keys.iter().find(|(kind, _)| *kind == opening.kind);
        if let Some((place, (_, key))) = opening.key_place().zip(key) {
            (place.set)(&mut config, key.clone());
        }
    }
    // The webhook URL and the paying organisation belong to the shared key.
    (config.public_url, config.hf_bill_to) = (None, None);
    let has_key = |opening: &&Opening| {
        opening.key_kind().is_some_and(|of| keys.iter().any(|(kind, _)| *kind == of))
    };
    let openings = openings.iter().filter(has_key);
    Registry::new(openings.map(|opening| opening.provider(&config, budget)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::provider::BUILT_IN;

    fn session(name: &str) -> SessionId {
        SessionId::new(name)
    }

    fn given(keys: &[(&str, ProviderKind, &str)]) -> HashMap<SessionId, OwnKeys> {
        let mut given: HashMap<_, OwnKeys> = HashMap::new();
        for (name, kind, secret) in keys {
            given.entry(session(name)).or_default().push((*kind, Secret::new(*secret)));
        }
        given
    }

    fn own() -> OwnProviders {
        let config = Arc::new(Config::read(|_| None).unwrap());
        OwnProviders::new(config, BUILT_IN, Budget::new(1 << 20))
    }

    #[test]
    fn a_key_is_for_the_models_of_its_provider_and_of_its_person_alone() {
        let own = own();
        own.set(given(&[("ana", ProviderKind::Hf, "hf_ofana")]));
        for (name, model, is_theirs) in [
            ("ana", "hf:a/b", true),
            ("ana", "space:a/b", true),
            ("ana", "hf:https://endpoint.example", false),
            ("ana", "space:http://10.0.0.5:7860", false),
            ("ana", "replicate:a/b", false),
            ("ana", "demo", false),
            ("bo", "hf:a/b", false),
        ] {
            let found = own.of(&session(name), &model.parse().unwrap());
            assert_eq!(found.is_some(), is_theirs, "{name} {model}");
        }
        assert!(own.of_kind(&session("ana"), ProviderKind::Hf).is_some());
        assert!(own.of_kind(&session("ana"), ProviderKind::Replicate).is_none());
    }

    #[test]
    fn what_runs_with_a_key_that_is_gone_has_none_any_more() {
        let own = own();
        let keys = [
            ("ana", ProviderKind::Hf, "hf_ofana"),
            ("ana", ProviderKind::Replicate, "r8_ofana"),
            ("bo", ProviderKind::Hf, "hf_ofbo"),
        ];
        own.set(given(&keys));
        let key_of = |name: &str, kind| {
            let people = own.0.people.read();
            let keys = &people[&session(name)].keys;
            keys.iter().find(|(of, _)| *of == kind).unwrap().1.clone()
        };
        let (hf, replicate) =
            (key_of("ana", ProviderKind::Hf), key_of("ana", ProviderKind::Replicate));
        let of_bo = key_of("bo", ProviderKind::Hf);
        // Running work uses the key that replaces another one.
        own.set(given(&[("ana", ProviderKind::Hf, "hf_another")]));
        assert_eq!(hf.get().unwrap().expose(), "hf_another");
        assert!(!replicate.is_set() && !of_bo.is_set());
        own.end(&session("ana"), ProviderKind::Hf);
        assert!(!hf.is_set());
        assert!(own.of(&session("ana"), &"hf:a/b".parse().unwrap()).is_none());
    }
}
