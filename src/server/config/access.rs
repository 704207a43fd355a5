//! The access mode: the operator's choice, checked against the rest of the configuration.

use super::{Config, ConfigError};

/// `EASEL_ACCESS`: who has access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody who can reach the server is its operator: it listens on this machine alone, or the
    /// proxy in front of it requires a login.
    Local,
    /// People with a name and a password here.
    People,
    /// People whom the proxy in front of it identifies.
    Proxy,
    /// Anybody. They run the models on offer; nobody may do the rest.
    Open,
}

impl Access {
    /// Parses the value of the variable.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "local" => Some(Self::Local),
            "people" => Some(Self::People),
            "proxy" => Some(Self::Proxy),
            "open" => Some(Self::Open),
            _ => None,
        }
    }

    /// The access mode of this configuration. Where other machines can reach the server and no mode
    /// is set, people need a name and a password.
    ///
    /// # Errors
    ///
    /// When the chosen mode contradicts the listen address.
    pub fn of(config: &Config) -> Result<Self, ConfigError> {
        let refused = |problem: String| ConfigError { variable: "EASEL_ACCESS", problem };
        let address = config.address;
        let is_own = address.ip().is_loopback();
        let door = &config.door;
        match door.access {
            Some(Self::Local) if !is_own => Err(refused(format!(
                "is local, which is for a server that listens on 127.0.0.1 alone, and \
                 LEPTOS_SITE_ADDR={address} lets others reach this one. Listen on 127.0.0.1, or \
                 set EASEL_ACCESS=people for people with a password, or EASEL_ACCESS=open if \
                 anybody may run the models on offer with your keys"
            ))),
            Some(Self::Proxy) if door.proxy_header.is_none() || door.trusted_proxies.is_empty() => {
                Err(refused(
                    "is proxy, which needs EASEL_PROXY_HEADER with the name of the header in which \
                     the proxy says who somebody is, and EASEL_TRUSTED_PROXIES with its address"
                        .to_owned(),
                ))
            }
            Some(said) => Ok(said),
            None if is_own && config.public_url.is_none() && door.hosts.is_empty() => {
                Ok(Self::Local)
            }
            None => Ok(Self::People),
        }
    }

    /// Whether somebody here can have a name, and sign in by it.
    pub fn knows_names(self) -> bool {
        self != Self::Local
    }

    /// Whether everybody here has a name.
    pub fn is_by_name(self) -> bool {
        matches!(self, Self::People | Self::Proxy)
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
        for (said, access_is) in
            [("open", Access::Open), ("people", Access::People), ("local", Access::Local)]
        {
            assert_eq!(access(&[("EASEL_ACCESS", said)]), Ok(access_is));
        }
    }

    #[test]
    fn beyond_loopback_people_are_asked_who_they_are_unless_somebody_said_otherwise() {
        assert_eq!(access(&[ELSEWHERE]), Ok(Access::People));
        assert_eq!(access(&[ELSEWHERE, ("EASEL_ACCESS", "open")]), Ok(Access::Open));
        let refused = access(&[ELSEWHERE, ("EASEL_ACCESS", "local")]).unwrap_err();
        assert!(refused.starts_with("EASEL_ACCESS is local, which is for"), "{refused}");
        assert!(refused.contains("LEPTOS_SITE_ADDR=0.0.0.0:3000"), "{refused}");
        assert!(refused.contains("EASEL_ACCESS=people"), "{refused}");
    }

    #[test]
    fn behind_a_proxy_people_are_asked_who_they_are_unless_somebody_said_otherwise() {
        for elsewhere in [PUBLIC, ("EASEL_HOSTS", "easel.lan")] {
            assert_eq!(access(&[elsewhere]), Ok(Access::People));
            assert_eq!(access(&[elsewhere, ("EASEL_ACCESS", "local")]), Ok(Access::Local));
            assert_eq!(access(&[elsewhere, ("EASEL_ACCESS", "open")]), Ok(Access::Open));
        }
    }

    #[test]
    fn a_proxy_says_who_somebody_is_where_it_is_known_how_and_by_whom() {
        let (proxy, header) = (("EASEL_ACCESS", "proxy"), ("EASEL_PROXY_HEADER", "Remote-User"));
        let trusted = ("EASEL_TRUSTED_PROXIES", "10.0.0.1");
        for missing in [&[proxy][..], &[proxy, header], &[proxy, trusted]] {
            let refused = access(missing).unwrap_err();
            assert!(refused.starts_with("EASEL_ACCESS is proxy"), "{refused}");
        }
        assert_eq!(access(&[proxy, header, trusted, ELSEWHERE]), Ok(Access::Proxy));
    }
}
