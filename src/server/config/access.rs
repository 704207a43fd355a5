//! Who may come in, as the operator says, and as the rest of the configuration allows.

use super::{Config, ConfigError};

/// `EASEL_ACCESS`: who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever can reach it is its operator: it listens to this machine alone, or the proxy in
    /// front of it asks for a login.
    Local,
    /// Anybody. They run what is on offer, and the rest is for nobody.
    Open,
}

impl Access {
    /// Reads the value of the variable.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "local" => Some(Self::Local),
            "open" => Some(Self::Open),
            _ => None,
        }
    }

    /// What holds for this configuration.
    ///
    /// # Errors
    ///
    /// When others can reach the server and nobody said that they may.
    pub fn of(config: &Config) -> Result<Self, ConfigError> {
        let refused = |problem: String| ConfigError { variable: "EASEL_ACCESS", problem };
        let said = config.door.access;
        let address = config.address;
        if said == Some(Self::Open) {
            return Ok(Self::Open);
        }
        if !address.ip().is_loopback() && said == Some(Self::Local) {
            return Err(refused(format!(
                "is local, which is for a server that listens on 127.0.0.1 alone, and \
                 LEPTOS_SITE_ADDR={address} lets others reach this one. Listen on 127.0.0.1, or \
                 set EASEL_ACCESS=open if anybody may run the models on offer with your keys"
            )));
        }
        if !address.ip().is_loopback() {
            return Err(refused(format!(
                "must say who may come in, because LEPTOS_SITE_ADDR={address} lets others reach \
                 this server and Easel asks nobody for a password. Set EASEL_ACCESS=open if \
                 anybody may run the models on offer with your keys, or listen on 127.0.0.1 only"
            )));
        }
        let variable = match (&config.public_url, config.door.hosts.is_empty()) {
            _ if said.is_some() => return Ok(Self::Local),
            (Some(_), _) => "EASEL_PUBLIC_URL",
            (None, false) => "EASEL_HOSTS",
            (None, true) => return Ok(Self::Local),
        };
        Err(refused(format!(
            "must say who may come in, because {variable} tells that others reach this server. \
             Set EASEL_ACCESS=open if anybody may run the models on offer with your keys, or \
             EASEL_ACCESS=local if the proxy in front asks for a login and all who have one may \
             do everything"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(variables: &[(&str, &str)]) -> Result<Access, String> {
        let config = Config::read(|name| {
            let (_, value) = variables.iter().find(|(variable, _)| *variable == name)?;
            Some((*value).to_owned())
        });
        Access::of(&config.unwrap()).map_err(|error| error.to_string())
    }

    const ELSEWHERE: (&str, &str) = ("LEPTOS_SITE_ADDR", "0.0.0.0:3000");
    const PUBLIC: (&str, &str) = ("EASEL_PUBLIC_URL", "https://easel.example");

    #[test]
    fn on_loopback_nothing_needs_to_be_said() {
        assert_eq!(access(&[]), Ok(Access::Local));
        assert_eq!(access(&[("LEPTOS_SITE_ADDR", "[::1]:3000")]), Ok(Access::Local));
        assert_eq!(access(&[("EASEL_ACCESS", "open")]), Ok(Access::Open));
    }

    #[test]
    fn beyond_loopback_somebody_must_have_said_so() {
        for (said, words) in [
            (&[ELSEWHERE][..], "EASEL_ACCESS must say"),
            (&[ELSEWHERE, ("EASEL_ACCESS", "local")], "EASEL_ACCESS is local, which is for"),
        ] {
            let refused = access(said).unwrap_err();
            assert!(refused.starts_with(words), "{refused}");
            assert!(refused.contains("LEPTOS_SITE_ADDR=0.0.0.0:3000"), "{refused}");
        }
        assert_eq!(access(&[ELSEWHERE, ("EASEL_ACCESS", "open")]), Ok(Access::Open));
    }

    #[test]
    fn behind_a_proxy_somebody_must_have_said_who_comes_through_it() {
        for (elsewhere, variable) in
            [(PUBLIC, "EASEL_PUBLIC_URL"), (("EASEL_HOSTS", "easel.lan"), "EASEL_HOSTS")]
        {
            let refused = access(&[elsewhere]).unwrap_err();
            assert!(refused.contains(variable) && refused.contains("EASEL_ACCESS=local"));
            assert_eq!(access(&[elsewhere, ("EASEL_ACCESS", "local")]), Ok(Access::Local));
            assert_eq!(access(&[elsewhere, ("EASEL_ACCESS", "open")]), Ok(Access::Open));
        }
    }
}
